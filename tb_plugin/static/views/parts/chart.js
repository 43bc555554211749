// @ts-check
/** A small chart of numbers over captures. */

import { el } from '../../dom/el.js';
import { number } from '../../models/words.js';

/**
 * A chart with a title and the present number.
 * @param {string} title
 * @param {(number | null)[]} series
 * @param {number} index
 */
export const chart = (title, series, index) =>
  el(
    'figure',
    null,
    el(
      'figcaption',
      null,
      title,
      el('small', null, typeof series[index] === 'number' ? ` ${number(series[index])}` : ''),
    ),
    sparkline(series, index, { label: title }),
  );

/** @typedef {(number | null)[]} Series */

const WIDTH = 200;
const HEIGHT = 40;
const MAX_POINTS = 400;

/**
 * A small chart of numbers over captures, the present one marked; gaps where
 * there is no number.
 * @param {Series} values
 * @param {number} index The present one.
 * @param {object} [how]
 * @param {string} [how.label] What a screen reader says; without it, decoration.
 * @param {[number, number]} [how.domain] Default: what the values span.
 */
export function sparkline(values, index, { label, domain } = {}) {
  const { svg, low, high } = chartOf(values, domain);
  const now = values[index];
  const spoken = label && `${label}: ${number(now)}, from ${number(low)} to ${number(high)}`;
  const role = spoken ? { role: 'img', 'aria-label': spoken } : { 'aria-hidden': 'true' };
  const left = `${(100 * index) / Math.max(1, values.length - 1)}%`;
  return el(
    'span',
    { class: 'spark', ...role },
    svg,
    el('i', { class: 'now', style: { left } }),
    typeof now === 'number' &&
      el('i', { class: 'dot', style: { left, top: `${(100 * level(now, low, high)) / HEIGHT}%` } }),
  );
}

/** @type {WeakMap<Series, ReturnType<typeof newChart>>} */
const charts = new WeakMap();

/**
 * The part that does not move with the present capture, built once per series.
 * @param {Series} values
 * @param {[number, number]} [domain]
 */
function chartOf(values, domain) {
  const chart = charts.get(values) ?? newChart(values, domain);
  charts.set(values, chart);
  return chart;
}

/**
 * @param {Series} values
 * @param {[number, number]} [domain]
 */
function newChart(values, domain) {
  const [low, high] = domain ?? span(values);
  const x = (/** @type {number} */ i) => (WIDTH * i) / Math.max(1, values.length - 1);
  const y = (/** @type {number} */ value) => level(value, low, high);
  const svg = el(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none' },
    pieces(values).map((piece) => line(piece, x, y)),
  );
  return { svg, low, high };
}

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
const level = (value, low, high) =>
  high > low ? HEIGHT - 3 - ((value - low) / (high - low)) * (HEIGHT - 6) : HEIGHT / 2;

/**
 * @param {[number, number][]} piece
 * @param {(i: number) => number} x
 * @param {(value: number) => number} y
 */
function line(piece, x, y) {
  const points = piece.map(([i, value]) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`);
  const [first, last] = [x(piece[0][0]), x(piece[piece.length - 1][0])];
  return [
    el('polygon', { points: `${first},${HEIGHT} ${points.join(' ')} ${last},${HEIGHT}` }),
    el('polyline', { points: points.join(' ') }),
  ];
}

/**
 * Stretches without a gap, as pairs of index and value.
 * @param {Series} values
 */
function pieces(values) {
  const stride = Math.ceil(values.length / MAX_POINTS);
  /** @type {[number, number][][]} */
  const found = [];
  let open = false;
  values.forEach((value, i) => {
    if (i % stride && i !== values.length - 1) return;
    if (value === null) open = false;
    else if (open) found[found.length - 1].push([i, value]);
    else open = Boolean(found.push([[i, value]]));
  });
  return found;
}

/**
 * @param {Series} values
 * @returns {[number, number]}
 */
function span(values) {
  const numbers = values.filter((value) => value !== null);
  const low = numbers.reduce((a, b) => Math.min(a, b), Infinity);
  const high = numbers.reduce((a, b) => Math.max(a, b), -Infinity);
  return numbers.length ? [low, high] : [0, 0];
}
