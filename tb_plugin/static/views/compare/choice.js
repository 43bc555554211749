// @ts-check
/** The part of the left column that chooses runs to compare. */

import { el } from '../../dom/el.js';
import { REWRITTEN } from '../../models/exemplars.js';
import { counted, name } from '../../models/words.js';
import { compared, laneHeads, lanePath, lineageOf, MAX_OTHERS } from '../../state/lanes.js';
import { kindOf } from '../../state/state.js';
import { columnsChoice, picker, segmented, toggle } from '../parts/controls.js';

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
    columnsChoice(state, compared(state), actions),
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
  const apart = others.filter(({ isPaired }) => !isPaired);
  if (!apart.length) return el('p', { class: 'hint' }, PAIRED);
  return [
    apart.map(({ run, matches }) =>
      el('p', { class: 'hint', key: run }, el('b', null, `${name(run)}: `), matchedHow(lineageOf(state, run), matches.size)),
    ),
    el('p', { class: 'hint' }, NOT_PAIRED),
  ];
}

/**
 * How many filters of a run were matched, or why none could be.
 * @param {import('../../state/state.js').Loaded<import('../../api/types.js').LineageAnswer> | null} loaded
 * @param {number} count
 */
function matchedHow(loaded, count) {
  const answer = loaded?.value;
  if (loaded?.status === 'failed') return `not paired: ${loaded.message}`;
  if (!answer) return 'filters are being matched…';
  if (answer.fault !== null) return `not paired. ${answer.fault}`;
  const chance = (answer.chance ?? 0).toFixed(2);
  return (
    `${count} of ${counted(answer.pairs.length, 'filter')} respond alike: their best match correlates by ` +
    `more than ${REWRITTEN} and more than chance (${chance}) on ${counted(answer.num_images, 'image')} of the pool.`
  );
}

const PAIRED = 'Paired by index: these runs began from the same weights, as their baselines show.';
const NOT_PAIRED =
  'Runs that began from other weights have their filters in another order, so filter 3 of one ' +
  'has nothing to do with filter 3 of the other. Filters that respond alike to the same images ' +
  'stand under each other, with their correlation r; the others stand below, on their own.';
