// @ts-check
/** While the state plays, time moves on; at the end it stops. */

import { indexAt } from '../models/axis.js';
import { stepsShown } from '../state/select.js';

/** @typedef {import('../state/state.js').State} State */

const WHOLE_RUN_MS = 12_000;
const SLOWEST_MS = 400;
const FASTEST_MS = 50;

/**
 * @param {import('../state/store.js').Store<State>} store
 * @param {import('../state/actions.js').Actions} actions
 */
export function keepPlaying(store, actions) {
  /** @type {number | null} */
  let timer = null;
  const advance = () => {
    const state = store.get();
    const steps = stepsShown(state);
    if (indexAt(steps, state.step) >= steps.length - 1) actions.stop();
    else actions.move(1);
  };
  store.subscribe((state) => {
    if (state.isPlaying === (timer !== null)) return;
    if (timer !== null) clearInterval(timer);
    timer = state.isPlaying ? setInterval(advance, pause(state)) : null;
  });
}

/** @param {State} state */
function pause(state) {
  const count = stepsShown(state).length;
  return Math.max(FASTEST_MS, Math.min(SLOWEST_MS, WHOLE_RUN_MS / Math.max(1, count)));
}
