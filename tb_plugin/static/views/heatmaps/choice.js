// @ts-check
/** The part of the left column that chooses, sorts and filters images. */

import { el } from '../../dom/el.js';
import { onlyCounts } from '../../models/arrange.js';
import { memo } from '../../models/memo.js';
import { className, counted, name } from '../../models/words.js';
import { columnIndex, filterOf, maps } from '../../state/select.js';
import { isGrid, MAX_SELECTED, MAX_SELECTION_NAME } from '../../state/state.js';
import { columnsChoice, picker, segmented } from '../parts/controls.js';
import { imagesOf } from '../parts/picture.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../state/state.js').SortName} SortName */
/** @typedef {import('../../models/maps.js').MapModel} MapModel */
/** @typedef {import('../../state/actions.js').Actions} Actions */

const SHOWS = /** @type {const} */ ([
  ['strip', 'Film strip'],
  ['grid', 'Grid and confusions'],
]);

/** @type {[SortName, string][]} */
const SORTS = [
  ['order', 'as given'],
  ['loss', 'largest loss'],
  ['sure', 'most confident'],
  ['unsure', 'least confident'],
  ['forgotten', 'forgotten: right before'],
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
    state.view !== 'compare' && [
      segmented('Show', SHOWS, isGrid(state) ? 'grid' : 'strip', (show) => actions.setLook({ show })),
      columnsChoice(state, model, actions),
    ],
    segmented('Only images that are', onlyOptions(state, model), state.only, (only) =>
      actions.setLook({ only }),
    ),
    labelPicker(state, model, actions),
    state.predicted !== null && predictedPicker(state, model, actions),
    targetPicker(state, model, actions),
    picker({
      label: 'Sort by',
      options: SORTS,
      chosen: state.sort.grad_cam,
      choose: (by) =>
        actions.setLook({ sort: { ...state.sort, grad_cam: /** @type {SortName} */ (by) } }),
    }),
    (isGrid(state) || state.selection.images.length > 0) && selection(state, model, actions),
  );
}

/**
 * Images that a person picked, with a name for them; the address keeps both.
 * @param {State} state
 * @param {MapModel} model
 * @param {Actions} actions
 */
function selection({ selection: { name: called, images } }, model, actions) {
  const shown = [...new Set(model.rows.flatMap(({ image }) => image || []))];
  const isFull = images.length >= MAX_SELECTED;
  return el(
    'div',
    { class: 'selection', role: 'group', 'aria-label': 'Selection' },
    el('h3', null, `Selection: ${counted(images.length, 'image')}`),
    images.length > 0 &&
      el('input', {
        type: 'text',
        'aria-label': 'Name of the selection',
        placeholder: 'Name it',
        maxlength: String(MAX_SELECTION_NAME),
        '.value': called,
        onchange: (/** @type {Event} */ event) =>
          actions.nameSelection(/** @type {HTMLInputElement} */ (event.target).value),
      }),
    el(
      'div',
      { class: 'tool-row' },
      el('button', { type: 'button', onclick: () => actions.select(shown) }, `Add the ${shown.length} shown`),
      images.length > 0 && el('button', { type: 'button', onclick: actions.clearSelection }, 'Clear'),
    ),
    el(
      'p',
      { class: 'hint' },
      isFull
        ? `An address has room for ${MAX_SELECTED} images; no more are added.`
        : 'X or Ctrl+click picks an image, Shift+click all up to it. A link keeps them.',
    ),
  );
}

/**
 * @param {State} state
 * @param {MapModel} model
 * @returns {[import('../../state/state.js').Only, string][]}
 */
function onlyOptions(state, model) {
  const now = model.columns[columnIndex(state, model)];
  const counts = countsOf(model, now, filterOf(state), isGrid(state) ? 'grid' : 'strip');
  const isIdle = (/** @type {string} */ only) =>
    (only === 'unknown' && !counts.unknown) || (only === 'selected' && !state.selection.images.length);
  return ONLY.filter(([only]) => only === state.only || !isIdle(only)).map(([only, words]) => [only, `${words} ${counts[only]}`]);
}

const countsOf = memo(onlyCounts);

/** @type {readonly [import('../../state/state.js').Only, string][]} */
const ONLY = [
  ['all', 'all'],
  ['wrong', 'wrong now'],
  ['unknown', 'unknown'],
  ['forgotten', 'forgotten'],
  ['flipped', 'flipped'],
  ['selected', 'selected'],
];

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
  return classPicker(state, 'Label', known, state.label, (label) => actions.setLook({ label }));
}

/**
 * @param {State} state
 * @param {MapModel} model
 * @param {Actions} actions
 */
function predictedPicker(state, model, actions) {
  const now = model.columns[columnIndex(state, model)].capture.outcome.prediction;
  const known = [...new Set([...now, state.predicted])].filter((each) => each !== null).sort((a, b) => a - b);
  return classPicker(state, 'Predicted', known, state.predicted, (predicted) => actions.setLook({ predicted }));
}

/**
 * @param {State} state
 * @param {string} label
 * @param {number[]} classes
 * @param {number | null} chosen
 * @param {(chosen: number | null) => void} choose
 */
function classPicker(state, label, classes, chosen, choose) {
  const { names } = imagesOf(state);
  return picker({
    label,
    options: [['', 'any'], ...classes.map((each) => option(String(each), className(names, each)))],
    chosen: chosen === null ? '' : String(chosen),
    choose: (value) => choose(value === '' ? null : Number(value)),
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
  const { targets } = model;
  if (targets.length < 2 && state.target === null) return null;
  return picker({
    label: 'Explains',
    options: [['', 'anything'], ...targets.map((each) => option(each, name(each)))],
    chosen: state.target ?? '',
    choose: (value) => actions.setLook({ target: value || null }),
  });
}
