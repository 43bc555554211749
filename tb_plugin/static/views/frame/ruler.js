// @ts-check
/**
 * The parts of the timeline that do not move with the scrubber.
 *
 * They are kept while the axis is the same, so that scrubbing through a thousand
 * captures is cheap.
 */

import { el } from '../../dom/el.js';
import { memo } from '../../models/memo.js';

/** @typedef {import('../../models/axis.js').Tick} Tick */

const LABEL_PX = 44;
const EVENT_PX = 110;
const TOP = 2;
const BOTTOM = 30;

/** @param {number} i @param {number} count */
const left = (i, count) => `${((100 * i) / Math.max(1, count - 1)).toFixed(3)}%`;

/** The share of held-out images predicted correctly, over all captures that have it. */
export const curve = memo((/** @type {Tick[]} */ axis) => {
  const points = axis.flatMap(({ accuracy }, i) => {
    const x = (1000 * i) / Math.max(1, axis.length - 1);
    return accuracy === null ? [] : [[x, BOTTOM - accuracy * (BOTTOM - TOP)]];
  });
  if (points.length < 2) return null;
  const line = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  const [first, last] = [points[0][0], points[points.length - 1][0]];
  return el(
    'svg',
    { class: 'curve', viewBox: '0 0 1000 30', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    el('polygon', { points: `${first},${BOTTOM} ${line} ${last},${BOTTOM}` }),
    el('polyline', { points: line }),
  );
});

/** A tick per capture; fainter where the layer was not drawn. */
export const rulerTicks = memo((/** @type {Tick[]} */ axis, /** @type {string} */ layer) =>
  el(
    'svg',
    { class: 'ticks', viewBox: '0 0 1000 6', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    el('path', { class: 'tick', d: marks(axis, (tick) => isDrawn(tick, layer), 6) }),
    el('path', { class: 'tick faint', d: marks(axis, (tick) => !isDrawn(tick, layer), 3) }),
  ),
);

/**
 * @param {Tick} tick
 * @param {string} layer Empty: any.
 */
const isDrawn = (tick, layer) => !layer || tick.layers.has(layer);

/**
 * One path for all ticks: a thousand nodes would be laid out again and again.
 * @param {Tick[]} axis
 * @param {(tick: Tick) => boolean} isAsked
 * @param {number} length
 */
const marks = (axis, isAsked, length) =>
  axis
    .map((tick, i) =>
      isAsked(tick) ? `M${((1000 * i) / Math.max(1, axis.length - 1)).toFixed(2)} 0v${length}` : '',
    )
    .join('');

/**
 * Epochs under the ticks, as many as fit, and always the present one.
 * @param {Tick[]} axis
 * @param {number} index
 * @param {number} room CSS pixels.
 */
export function rulerLabels(axis, index, room) {
  const stride = strideOf(axis.length, room);
  const shown = axis.flatMap((tick, i) => {
    const isNow = i === index;
    const isNear = !isNow && Math.abs(i - index) < stride;
    return isNow || (i % stride === 0 && !isNear) ? [{ tick, i, isNow }] : [];
  });
  return el(
    'div',
    { class: 'labels', 'aria-hidden': 'true' },
    shown.map(({ tick, i, isNow }) =>
      el(
        'span',
        { key: tick.step, class: isNow ? 'now' : null, style: { left: left(i, axis.length) } },
        el('b', null, tick.label),
        el('small', null, tick.step),
      ),
    ),
  );
}

/**
 * @param {number} count
 * @param {number} room
 */
const strideOf = (count, room) =>
  Math.max(1, Math.ceil((LABEL_PX * (count - 1)) / Math.max(1, room)));

/** Events along the axis, as many labels as fit. */
export const eventMarks = memo((/** @type {Tick[]} */ axis, /** @type {number} */ room) => {
  let lastShown = -Infinity;
  const marks = axis.flatMap(({ event, step }, i) => {
    if (!event) return [];
    const x = (room * i) / Math.max(1, axis.length - 1);
    const isShown = x - lastShown >= EVENT_PX || (i === axis.length - 1 && x > EVENT_PX);
    if (isShown) lastShown = x;
    const side = i === 0 ? 'event first' : 'event';
    return [
      el(
        'i',
        { key: step, class: side, style: { left: left(i, axis.length) } },
        isShown && el('span', null, event),
      ),
    ];
  });
  return el('div', { class: 'events', 'aria-hidden': 'true' }, marks);
});
