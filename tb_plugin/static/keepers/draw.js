// @ts-check
/** Draws the page at most once per frame, and moves time on while the state plays. */

import { patch } from '../dom/dom.js';
import { indexAt } from '../models/axis.js';
import { stepsShown } from '../state/select.js';
import { rangeOf } from '../state/strip.js';
import { CELLS } from './keys.js';

/** @typedef {import('../state/state.js').State} State */

const HOME = '[role="gridcell"][tabindex="0"], [role="option"][tabindex="0"]';

/**
 * Patch the root after changes of the state, and keep the focus in its matrix.
 * @param {import('../state/store.js').Store<State>} store
 * @param {Element} root
 * @param {(state: State) => import('../dom/el.js').VNode} view
 */
export function keepDrawn(store, root, view) {
  let frame = 0;
  function draw() {
    frame = 0;
    const wasInMatrix = isCellFocused();
    patch(root, [view(store.get())]);
    // What came into sight by that is drawn in the same frame, not a blank one later.
    if (frame) patch(root, [view(store.get())]);
    cancelAnimationFrame(frame);
    frame = 0;
    if (wasInMatrix) focusHome(root);
  }
  function schedule() {
    frame ||= requestAnimationFrame(draw);
  }
  store.subscribe(schedule);
  schedule();
}

/** Whether the keyboard is at a cell of the matrix. */
const isCellFocused = () => Boolean(document.activeElement?.matches(CELLS));

/**
 * Move the focus to the present column's cell: the cell that had it may belong to
 * another column now, or be gone.
 * @param {Element} root
 */
function focusHome(root) {
  const home = /** @type {HTMLElement | null} */ (root.querySelector(HOME));
  if (home && document.activeElement !== home) home.focus({ preventScroll: true });
}

const WHOLE_RUN_MS = 12_000;
const SLOWEST_MS = 400;
const FASTEST_MS = 50;

/**
 * While the state plays, go through the range that is chosen; at its end, stop, or begin
 * again. Where captures would follow each other too fast to be drawn, some are passed over.
 * @param {import('../state/store.js').Store<State>} store
 * @param {import('../state/actions.js').Actions} actions
 */
export function keepPlaying(store, actions) {
  /** @type {number | null} */
  let timer = null;
  let pace = '';
  const advance = () => {
    const state = store.get();
    const steps = stepsShown(state);
    const [first, last] = rangeOf(state, steps);
    const at = indexAt(steps, state.step);
    if (at < last) actions.goTo(steps[Math.max(first, Math.min(last, at + paceOf(state).stride))]);
    else if (state.isLooping && first < last) actions.goTo(steps[first]);
    else actions.stop();
  };
  store.subscribe((state) => {
    const { pauseMs } = paceOf(state);
    const next = state.isPlaying ? `${pauseMs}` : '';
    if (next === pace) return;
    pace = next;
    if (timer !== null) clearInterval(timer);
    timer = state.isPlaying ? setInterval(advance, pauseMs) : null;
  });
}

/** @param {State} state */
function paceOf(state) {
  const [first, last] = rangeOf(state, stepsShown(state));
  const wanted = WHOLE_RUN_MS / Math.max(1, last - first) / state.speed;
  const pauseMs = Math.max(FASTEST_MS, Math.min(SLOWEST_MS / state.speed, wanted));
  return { pauseMs, stride: Math.max(1, Math.round(pauseMs / wanted)) };
}
