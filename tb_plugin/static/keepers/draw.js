// @ts-check
/** Draws the page at most once per frame, and keeps the focus in its matrix. */

import { patch } from '../dom/dom.js';
import { CELLS } from './keys.js';

/** @typedef {import('../state/state.js').State} State */

const HOME = '[role="gridcell"][tabindex="0"], [role="option"][tabindex="0"]';

/**
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
 * The cell that had the focus may be another column's now, or gone: the focus
 * goes to the present column's.
 * @param {Element} root
 */
function focusHome(root) {
  const home = /** @type {HTMLElement | null} */ (root.querySelector(HOME));
  if (home && document.activeElement !== home) home.focus({ preventScroll: true });
}
