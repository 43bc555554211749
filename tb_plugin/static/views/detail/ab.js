// @ts-check
/** Chooses what the large picture is compared with, and how. */

import { el } from '../../dom/el.js';
import { memo } from '../../models/memo.js';
import { momentOf, name } from '../../models/words.js';
import { arePaired, otherModel } from '../../state/lanes.js';
import { patterns } from '../../state/select.js';
import { kindOf } from '../../state/state.js';
import { picker, segmented } from '../parts/controls.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../models/axis.js').Tick} Tick */
/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {{step: number, tick: Tick}[]} Columns */

const MODES = /** @type {const} */ ([
  ['swipe', 'Swipe'],
  ['side', 'Side by side'],
  ['difference', 'Difference'],
]);

const DIFFERENCES = {
  filter_patterns: 'Gray where both are alike, light where B is lighter, dark where A is lighter.',
  grad_cam: 'Red where B sees more evidence than A, blue where A sees more.',
};

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
    isComparing && state.ab === 'difference' && el('p', { class: 'hint' }, DIFFERENCES[kindOf(state)]),
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
