// @ts-check
/**
 * The parts of the timeline that do not move with the scrubber.
 *
 * They are kept while the axis is the same, so that scrubbing through a thousand
 * captures is cheap.
 */

import { el } from '../../dom/el.js';
import { nearestIndex, placeOf } from '../../models/axis.js';
import { memo } from '../../models/memo.js';
import { curve as curveOf } from '../parts/chart.js';

/** @typedef {import('../../models/axis.js').Tick} Tick */

const LABEL_PX = 44;
const EVENT_PX = 110;
const TOP = 2;
const BOTTOM = 30;

/**
 * Index of the capture nearest to the pointer, on what is as wide as the axis.
 * @param {MouseEvent} event
 * @param {readonly number[]} places Of the captures.
 */
export function captureAt({ currentTarget, clientX }, places) {
  const { left, width } = /** @type {Element} */ (currentTarget).getBoundingClientRect();
  return nearestIndex(places, (clientX - left) / width);
}

/** @param {number} place */
const left = (place) => `${(100 * place).toFixed(3)}%`;

/** The share of held-out images predicted correctly, where a capture knows it. */
export const curve = memo((/** @type {Tick[]} */ axis, /** @type {readonly number[]} */ places) => {
  const shares = axis.map(({ accuracy }) => accuracy);
  if (shares.every((share) => share === null)) return null;
  return el(
    'svg',
    { class: 'curve', viewBox: '0 0 1000 30', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    curveOf(shares, (i) => 1000 * places[i], (share) => BOTTOM - share * (BOTTOM - TOP), BOTTOM),
  );
});

/** A tick per capture; fainter where the layer was not drawn. */
export const rulerTicks = memo(
  (/** @type {Tick[]} */ axis, /** @type {readonly number[]} */ places, /** @type {string} */ layer) =>
    el(
      'svg',
      { class: 'ticks', viewBox: '0 0 1000 6', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      el('path', { class: 'tick', d: marks(axis, places, (tick) => isDrawn(tick, layer), 6) }),
      el('path', { class: 'tick faint', d: marks(axis, places, (tick) => !isDrawn(tick, layer), 3) }),
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
 * @param {readonly number[]} places
 * @param {(tick: Tick) => boolean} isAsked
 * @param {number} length
 */
const marks = (axis, places, isAsked, length) =>
  axis.map((tick, i) => (isAsked(tick) ? `M${(1000 * places[i]).toFixed(2)} 0v${length}` : '')).join('');

/**
 * Epochs under the ticks, as many as fit, and always the present one.
 * @param {Tick[]} axis
 * @param {readonly number[]} places
 * @param {number} index
 * @param {number} room CSS pixels.
 */
export function rulerLabels(axis, places, index, room) {
  return el(
    'div',
    { class: 'labels', 'aria-hidden': 'true' },
    labelled(places, index, room).map((i) =>
      el(
        'span',
        { key: axis[i].step, class: i === index ? 'now' : null, style: { left: left(places[i]) } },
        el('b', null, axis[i].label),
        el('small', null, axis[i].step),
      ),
    ),
  );
}

/**
 * Indices of the ticks whose labels fit beside each other and beside the present one: the
 * same whichever that is, but for those that it hides.
 * @param {readonly number[]} places
 * @param {number} index
 * @param {number} room
 */
export function labelled(places, index, room) {
  let last = -Infinity;
  const shown = places.flatMap((place, i) => {
    if (room * (place - last) < LABEL_PX) return [];
    last = place;
    const isHidden = i !== index && room * Math.abs(place - places[index]) < LABEL_PX;
    return isHidden ? [] : [i];
  });
  return [...new Set([...shown, index])].sort((a, b) => a - b);
}

/**
 * Events along the axis, each where it happened, as many labels as fit.
 */
export const eventMarks = memo(
  (/** @type {Tick[]} */ axis, /** @type {readonly number[]} */ places, /** @type {number} */ room) => {
    const steps = axis.map(({ step }) => step);
    let lastShown = -Infinity;
    const marks = eventsOf(axis).map(({ event, step }) => {
      const place = placeOf(steps, places, step);
      const x = room * place;
      const isShown = x - lastShown >= EVENT_PX || (place === 1 && x > EVENT_PX);
      if (isShown) lastShown = x;
      return el(
        'i',
        {
          key: `${step} ${event}`,
          class: place === 0 ? 'event first' : 'event',
          style: { left: left(place) },
          title: event,
        },
        isShown && el('span', null, event),
      );
    });
    return el('div', { class: 'events', 'aria-hidden': 'true' }, marks);
  },
);

/**
 * What happened and where, those at one step together.
 * @param {Tick[]} axis
 * @returns {{event: string, step: number}[]}
 */
function eventsOf(axis) {
  /** @type {Map<number, Set<string>>} */
  const found = new Map();
  for (const { earlier, event, step } of axis) {
    for (const each of [...earlier, ...(event ? [{ event, step }] : [])]) {
      const known = found.get(each.step) ?? new Set();
      found.set(each.step, known.add(each.event));
    }
  }
  return [...found]
    .sort(([a], [b]) => a - b)
    .map(([step, events]) => ({ step, event: [...events].join(', ') }));
}
