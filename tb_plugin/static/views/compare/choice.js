// @ts-check
/** The part of the left column that chooses runs to compare. */

import { el } from '../../dom/el.js';
import { name } from '../../models/words.js';
import { MAX_OTHERS } from '../../state/lanes.js';
import { kindOf } from '../../state/state.js';
import { segmented, toggle } from '../parts/controls.js';

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
    runs.length > 0 &&
      !state.compare.length &&
      el('p', { class: 'hint' }, 'Choose one: its pictures will stand under those of this run.'),
  );
}
