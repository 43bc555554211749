// @ts-check
/** The part of the left column that chooses, sorts and filters images. */

import { el } from '../../dom/el.js';
import { isRowAsked } from '../../models/arrange.js';
import { memo } from '../../models/memo.js';
import { className, name } from '../../models/words.js';
import { columnIndex, maps } from '../../state/select.js';
import { picker, segmented } from '../parts/controls.js';
import { imagesOf } from '../parts/picture.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../state/state.js').SortName} SortName */
/** @typedef {import('../../models/maps.js').MapModel} MapModel */
/** @typedef {import('../../state/actions.js').Actions} Actions */

/** @type {[SortName, string][]} */
const SORTS = [
  ['order', 'as given'],
  ['moved', 'attention moved most'],
  ['change', 'heatmap changed most'],
  ['inside', 'least inside the box'],
];

/**
 * Which held-out images are shown, in which order.
 * @param {State} state
 * @param {Actions} actions
 */
export function mapChoice(state, actions) {
  const model = maps(state);
  if (!model?.columns.length) return null;
  return el(
    'section',
    null,
    el('h2', null, 'Show'),
    segmented('Only images that are', onlyOptions(state, model), state.only, (only) =>
      actions.setLook({ only }),
    ),
    labelPicker(state, model, actions),
    targetPicker(state, model, actions),
    picker({
      label: 'Sort by',
      options: SORTS,
      chosen: state.sort.grad_cam,
      choose: (by) =>
        actions.setLook({ sort: { ...state.sort, grad_cam: /** @type {SortName} */ (by) } }),
    }),
  );
}

/**
 * @param {State} state
 * @param {MapModel} model
 * @returns {['all' | 'wrong' | 'flipped', string][]}
 */
function onlyOptions(state, model) {
  const now = model.columns[columnIndex(state, model)];
  const { label, target } = state;
  const count = (/** @type {string} */ only) =>
    model.allRows.filter((row) => isRowAsked(model, row, now, { label, target, only })).length;
  return [
    ['all', `all ${count('all')}`],
    ['wrong', `wrong now ${count('wrong')}`],
    ['flipped', `flipped ${count('flipped')}`],
  ];
}

/**
 * @param {string} value
 * @param {string} words
 * @returns {[string, string]}
 */
const option = (value, words) => [value, words];

/**
 * @param {State} state
 * @param {MapModel} model
 * @param {Actions} actions
 */
function labelPicker(state, model, actions) {
  const known = labelsOf(model.allRows, model.lastCell);
  if (!known.length && state.label === null) return null;
  const { names } = imagesOf(state);
  return picker({
    label: 'Label',
    options: [['', 'any'], ...known.map((each) => option(String(each), className(names, each)))],
    chosen: state.label === null ? '' : String(state.label),
    choose: (value) => actions.setLook({ label: value === '' ? null : Number(value) }),
  });
}

const labelsOf = memo(
  (/** @type {MapModel['allRows']} */ rows, /** @type {MapModel['lastCell']} */ lastCell) => {
    const labels = new Set(rows.map((row) => lastCell(row)?.label ?? null));
    return [...labels].filter((label) => label !== null).sort((a, b) => a - b);
  },
);

/**
 * @param {State} state
 * @param {MapModel} model
 * @param {Actions} actions
 */
function targetPicker(state, model, actions) {
  const targets = [...new Set(model.allRows.map((row) => row.target))];
  if (targets.length < 2 && state.target === null) return null;
  return picker({
    label: 'Explains',
    options: [['', 'anything'], ...targets.map((each) => option(each, name(each)))],
    chosen: state.target ?? '',
    choose: (value) => actions.setLook({ target: value || null }),
  });
}
