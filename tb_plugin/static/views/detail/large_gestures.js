// @ts-check
import { el } from '../../dom/el.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../painting/pair.js').Pair} Pair */
/** @typedef {import('../../state/actions.js').Actions} Actions */

const WHEEL_STEP = 120;

/**
 * The wheel zooms to what is under the pointer; dragging moves what is zoomed,
 * where the handle does not want it.
 * @param {State} state
 * @param {boolean} isSwipe
 * @param {Actions} actions
 */
export const gestures = ({ zoom }, isSwipe, actions) => ({
  onwheel: (/** @type {WheelEvent} */ event) => {
    event.preventDefault();
    const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
    const x = zoom.x + ((event.clientX - box.left) / box.width - 0.5) / zoom.level;
    const y = zoom.y + ((event.clientY - box.top) / box.height - 0.5) / zoom.level;
    actions.zoomBy(-Math.sign(event.deltaY) * Math.max(1, Math.abs(event.deltaY) / WHEEL_STEP), { x, y });
  },
  onpointermove: (/** @type {PointerEvent} */ event) => {
    if (isSwipe || zoom.level === 1 || !(event.buttons & 1)) return;
    const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
    actions.pan(-event.movementX / box.width / zoom.level, -event.movementY / box.height / zoom.level);
  },
});

/**
 * What moves the edge between two pictures.
 * @param {State} state
 * @param {Pair} pair
 * @param {Actions} actions
 */
export const handle = (state, { now, versus }, actions) => [
  el('input', {
    class: 'swipe',
    type: 'range',
    min: '0',
    max: '100',
    'aria-label': `From ${versus?.tick.title} to ${now.tick.title}`,
    '.value': String(Math.round(100 * state.swipe)),
    oninput: (/** @type {Event} */ event) =>
      actions.setScreen({
        swipe: Number(/** @type {HTMLInputElement} */ (event.target).value) / 100,
      }),
  }),
  el('i', { class: 'handle', 'aria-hidden': 'true' }),
];
