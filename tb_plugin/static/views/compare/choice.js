// @ts-check
/** The part of the left column that chooses runs to compare. */

import { el } from '../../dom/el.js';
import { name } from '../../models/words.js';
import { compared, laneHeads, lanePath, MAX_OTHERS } from '../../state/lanes.js';
import { kindOf } from '../../state/state.js';
import { picker, segmented, toggle } from '../parts/controls.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../state/actions.js').Actions} Actions */

const KINDS = /** @type {const} */ ([
  ['filter_patterns', 'Filters'],
  ['grad_cam', 'Heatmaps'],
]);
const AXES = /** @type {const} */ ([
  ['epoch', 'epoch'],
  ['step', 'step'],
  ['time', 'time'],
]);

/**
 * Which runs stand beside the one chosen, of what, along which axis.
 * @param {State} state
 * @param {Actions} actions
 */
export function compareChoice(state, actions) {
  const runs = (state.runs?.value?.runs ?? []).map(({ run }) => run).filter((run) => run !== state.run);
  const isFull = state.compare.length >= MAX_OTHERS;
  return el(
    'section',
    null,
    el('h2', null, 'Compare'),
    segmented('Compare', KINDS, kindOf(state), (kind) => actions.setLook({ kind })),
    el('div', { class: 'picker' }, el('span', null, 'By'), segmented('By', AXES, state.axis, (axis) => actions.setLook({ axis }))),
    el('h2', null, 'Beside this run', el('small', null, ` up to ${MAX_OTHERS}`)),
    runs.length
      ? el(
          'div',
          { class: 'run-list' },
          runs
            .filter((run) => !isFull || state.compare.includes(run))
            .map((run) =>
              toggle(name(run), state.compare.includes(run), (isOn) =>
                actions.setLook({
                  compare: isOn ? [...state.compare, run] : state.compare.filter((each) => each !== run),
                }),
              ),
            ),
        )
      : el('p', { class: 'hint' }, 'There is no other run in this log.'),
    state.compare.map((run) => layerOf(state, run, actions)),
    pairing(state),
    runs.length > 0 &&
      !state.compare.length &&
      el('p', { class: 'hint' }, 'Choose one: its pictures will stand under those of this run.'),
  );
}

/**
 * Which layer of another run stands beside the chosen one.
 * @param {State} state
 * @param {string} run
 * @param {Actions} actions
 */
function layerOf(state, run, actions) {
  const paths = laneHeads(state, run).map(({ path }) => path);
  const { laneLayers } = state;
  if (paths.length < 2 && paths[0] === state.layer[kindOf(state)]) return null;
  if (!paths.length) return null;
  const label = `Layer of ${name(run)}`;
  return [
    el('p', { class: 'hint', 'aria-hidden': 'true' }, label),
    picker({
      label,
      isLabelHidden: true,
      options: paths.map((path) => [path, name(path)]),
      chosen: lanePath(state, run) ?? '',
      choose: (path) => actions.setLook({ laneLayers: { ...laneLayers, [run]: path } }),
    }),
  ];
}

/**
 * How filters of the runs are paired, in words.
 * @param {State} state
 */
function pairing(state) {
  const others = compared(state)?.lanes.slice(1) ?? [];
  if (kindOf(state) !== 'filter_patterns' || !others.length) return null;
  const apart = others.filter(({ isPaired }) => !isPaired).map(({ run }) => name(run));
  if (!apart.length) return el('p', { class: 'hint' }, PAIRED);
  return el('p', { class: 'hint' }, el('b', null, `Not paired: ${apart.join(', ')}. `), NOT_PAIRED);
}

const PAIRED = 'Paired by index: these runs began from the same weights, as their baselines show.';
const NOT_PAIRED =
  'Runs that began from other weights have their filters in another order, so filter 3 of one ' +
  'has nothing to do with filter 3 of the other. Their filters stand below, on their own.';
