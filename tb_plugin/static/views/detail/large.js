// @ts-check
/** One picture large, or two to compare: wiped, side by side, or their difference. */

import { el } from '../../dom/el.js';
import { momentOf, name } from '../../models/words.js';
import { kindOf } from '../../state/state.js';
import { frame, picture } from '../parts/picture.js';

/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../painting/paint.js').Box} Box */
/** @typedef {import('../../painting/pair.js').Pair} Pair */
/** @typedef {import('../../painting/pair.js').Side} Side */
/** @typedef {import('../../state/state.js').State} State */

/**
 * @typedef {(box: Box, side: Side) => import('../../dom/el.js').Leaf[]} Over
 *   What lies over a picture.
 */

/**
 * @param {State} state
 * @param {Pair} pair
 * @param {{box: Box, over: Over}} how `box`: of the picture, or of two side by side
 * @param {Actions} actions
 */
export function large(state, pair, { box, over }, actions) {
  const { now, versus } = pair;
  if (versus && state.ab === 'side') return sideBySide(state, pair, { box, over }, actions);
  const isSwipe = versus !== null && state.ab === 'swipe';
  const isDifference = state.ab === 'difference' && !(state.isBare && kindOf(state) === 'grad_cam');
  return el(
    'div',
    {
      class: 'large',
      key: 'large',
      style: sizes(box, { '--cover': `${100 * state.swipe}%` }),
      ...gestures(state, isSwipe, actions),
    },
    versus && isDifference
      ? difference(state, now, versus, box)
      : zoomed(state, now, box, over),
    isSwipe && el('div', { class: 'over' }, zoomed(state, versus, box, over)),
    isSwipe && handle(state, pair, actions),
    versus && el('span', { class: 'tag a' }, `A ${sideName(state, versus)}`),
    el('span', { class: 'tag b' }, versus ? `B ${sideName(state, now)}` : sideName(state, now)),
  );
}

/**
 * @param {State} state
 * @param {Side} side
 */
const sideName = (state, { run, tick }) =>
  run === state.run ? momentOf(tick) : `${name(run).slice(0, 40)}, ${momentOf(tick)}`;

/**
 * @param {Box} box
 * @param {Record<string, string>} [more]
 */
const sizes = (box, more = {}) => ({
  '--tile': `${box.width}px`,
  '--tile-height': `${box.height}px`,
  ...more,
});

/**
 * @param {State} state
 * @param {Pair} pair
 * @param {{box: Box, over: Over}} how
 * @param {Actions} actions
 */
function sideBySide(state, { now, versus }, { box, over }, actions) {
  const half = { width: Math.floor(box.width / 2) - 2, height: Math.round(box.height / 2) };
  const sides = versus ? [versus, now] : [now];
  return el(
    'div',
    { class: 'side-by-side', key: 'large' },
    sides.map((side, i) =>
      el(
        'div',
        { class: 'large', style: sizes(half), ...gestures(state, false, actions) },
        zoomed(state, side, half, over),
        el('span', { class: 'tag b' }, `${i ? 'B' : 'A'} ${sideName(state, side)}`),
      ),
    ),
  );
}

/**
 * The visible part of the zoomed picture, painted at the size at which it is shown.
 * @param {State} state
 * @param {Side} side
 * @param {Box} box
 * @param {Over} over
 */
function zoomed(state, side, box, over) {
  const { inner, style } = placed(state, box);
  return el('div', { class: 'zoomed', style }, picture(side.look(inner), ...over(inner, side)));
}

/**
 * @param {State} state
 * @param {Side} now
 * @param {Side} versus
 * @param {Box} box
 */
function difference(state, now, versus, box) {
  const { inner, style } = placed(state, box);
  const look = now.look(inner);
  const other = versus.look(inner).drawing;
  const tile = look.drawing && other && el('kv-tile', { '.versus': other, '.drawing': look.drawing });
  return el('div', { class: 'zoomed', style }, frame(look, tile));
}

const MAX_PAINTED_PX = 3000; // a canvas of more takes hundreds of megabytes

/**
 * What is painted, and how it lies: beyond a size that a canvas can have, it is painted
 * smaller and enlarged.
 * @param {State} state
 * @param {Box} box
 */
function placed({ zoom }, box) {
  const painted = Math.min(zoom.level, Math.max(1, MAX_PAINTED_PX / Math.max(box.width, box.height)));
  const inner = { width: Math.round(box.width * painted), height: Math.round(box.height * painted) };
  const shift = (/** @type {number} */ at, /** @type {number} */ part) =>
    Math.round(Math.max(part - part * zoom.level, Math.min(0, part / 2 - at * part * zoom.level)));
  const style = sizes(inner, {
    left: `${shift(zoom.x, box.width)}px`,
    top: `${shift(zoom.y, box.height)}px`,
    transform: painted < zoom.level ? `scale(${zoom.level / painted})` : 'none',
  });
  return { inner, style };
}

const WHEEL_STEP = 120;

/**
 * The wheel zooms to the pointer; dragging moves the zoomed picture, except on the
 * handle.
 * @param {State} state
 * @param {boolean} isSwipe
 * @param {Actions} actions
 */
const gestures = ({ zoom }, isSwipe, actions) => ({
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
 * The handle that moves the edge between two pictures.
 * @param {State} state
 * @param {Pair} pair
 * @param {Actions} actions
 */
const handle = (state, { now, versus }, actions) => [
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
