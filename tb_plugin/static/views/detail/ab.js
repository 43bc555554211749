// @ts-check
/** Chooses what the large picture is compared with, and how. */

import { el } from '../../dom/el.js';
import { memo } from '../../models/memo.js';
import { momentOf, name, number } from '../../models/words.js';
import { DIFFERENCE_GRADIENTS } from '../../painting/heatmap.js';
import { arePaired, otherModel } from '../../state/lanes.js';
import { maps, patterns } from '../../state/select.js';
import { kindOf } from '../../state/state.js';
import { colorBar, picker, segmented } from '../parts/controls.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../models/axis.js').Tick} Tick */
/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {{step: number, tick: Tick}[]} Columns */

const MODES = /** @type {const} */ ([
  ['swipe', 'Swipe'],
  ['side', 'Side by side'],
  ['difference', 'Difference'],
]);

/**
 * The colors of a difference, with numbers.
 * @param {State} state
 */
function differenceBar(state) {
  const kind = kindOf(state);
  const [numbers, meaning] = kind === 'grad_cam' ? ofMaps(state) : OF_PATTERNS;
  return colorBar(DIFFERENCE_GRADIENTS[kind], numbers, meaning);
}

/** @type {[string[], string]} */
const OF_PATTERNS = [
  ['A lighter by 255', 'alike', 'B by 255'],
  'Each channel: dark where A is lighter, light where B is.',
];

/**
 * @param {State} state
 * @returns {[string[], string]}
 */
function ofMaps(state) {
  const model = maps(state);
  const row = model?.allRows.find(({ key }) => key === state.item.grad_cam);
  const isOneScale = state.scale === 'run' && (state.versusRun ?? state.run) === state.run;
  const most = model && row && isOneScale ? number(model.top(row)) : '100%';
  const of = isOneScale ? '' : ' In shares of the scale of each.';
  return [[`A more by ${most}`, 'alike', `B by ${most}`], `Evidence in blue where A has more, in red where B has.${of}`];
}

const UNPAIRED =
  'That run began from other weights: its filter of this number has nothing to do with this ' +
  'one, so the two are not compared.';

/** @param {State} state */
function isUnpaired(state) {
  const own = patterns(state);
  const other = state.versusRun ? otherModel(state, state.versusRun).patterns : null;
  return Boolean(own && other && !arePaired(own, other));
}

/**
 * @param {State} state
 * @param {Columns} columns Of this run.
 * @param {number} current
 * @param {Actions} actions
 */
export function comparePicker(state, columns, current, actions) {
  const before = columns[current - 1];
  const isComparing = state.versus !== null || state.versusRun !== null;
  return el(
    'section',
    { class: 'ab', 'aria-label': 'Compare' },
    el(
      'div',
      { class: 'versus' },
      runPicker(state, actions),
      capturePicker(state, columns, actions),
      before &&
        el(
          'button',
          {
            type: 'button',
            title: 'Compare with the previous capture',
            onclick: () => actions.setLook({ versus: before.step, versusRun: null }),
          },
          'vs previous',
        ),
    ),
    isUnpaired(state) && el('p', { class: 'hint' }, UNPAIRED),
    isComparing &&
      segmented('How', MODES, state.ab, (ab) => actions.setLook({ ab })),
    isComparing && state.ab === 'difference' && differenceBar(state),
  );
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function runPicker(state, actions) {
  const runs = (state.runs?.value?.runs ?? []).map(({ run }) => run).filter((run) => run !== state.run);
  if (!runs.length) return null;
  return picker({
    label: 'Compare with run',
    isLabelHidden: true,
    options: [['', 'This run'], ...runs.map((run) => /** @type {[string, string]} */ ([run, name(run)]))],
    chosen: state.versusRun ?? '',
    choose: (run) => actions.setLook({ versusRun: run || null }),
  });
}

/**
 * @param {State} state
 * @param {Columns} columns
 * @param {Actions} actions
 */
function capturePicker(state, columns, actions) {
  const { patterns, maps } = state.versusRun ? otherModel(state, state.versusRun) : { patterns: null, maps: null };
  const offered = state.versusRun ? ((patterns ?? maps)?.columns ?? []) : columns;
  const none = state.versusRun ? 'its newest capture' : 'Compare with …';
  return picker({
    label: 'Compare with',
    isLabelHidden: true,
    options: optionsOf(offered, none),
    chosen: state.versus === null ? '' : String(state.versus),
    choose: (value) => actions.setLook({ versus: value === '' ? null : Number(value) }),
  });
}

const optionsOf = memo((/** @type {Columns} */ columns, /** @type {string} */ none) => [
  option('', none),
  ...columns.map(({ step, tick }) => option(String(step), `A: ${momentOf(tick)}, step ${step}`)),
]);

/**
 * @param {string} value
 * @param {string} words
 * @returns {[string, string]}
 */
const option = (value, words) => [value, words];
