// @ts-check
/**
 * A small chart of numbers over captures.
 *
 * A dot is a measure, a line joins those of captures that follow each other, and where
 * captures between them have none it is dashed: nothing is known there.
 */

import { el } from '../../dom/el.js';
import { memo, perObject } from '../../models/memo.js';
import { name, number } from '../../models/words.js';

/** @typedef {(number | null)[]} Series */
/** @typedef {[number, number]} Point */

/**
 * @typedef {object} Over What a chart is over.
 * @property {readonly number[]} places Of the captures, from 0 to 1.
 * @property {readonly {label: string}[]} ticks The captures themselves.
 * @property {number} index The present one.
 */

const WIDTH = 200;
const HEIGHT = 40;
const MAX_POINTS = 400;
const MAX_DOTS = 60; // more would run together

/**
 * A chart with a title, the present number, and axes.
 * @param {string} title With the unit.
 * @param {Series} series
 * @param {Over} over
 */
export const chart = (title, series, over) =>
  el(
    'figure',
    null,
    el(
      'figcaption',
      null,
      title,
      el('small', null, ` ${presentOf(series[over.index])}`),
    ),
    withAxes(series, over, { label: title }),
  );

/** @param {number | null | undefined} value */
const presentOf = (value) => (typeof value === 'number' ? number(value) : 'not measured here');

/**
 * A chart between its axes: the numbers that it spans, and its first and last capture.
 * @param {Series} series
 * @param {Over} over
 * @param {Look & {unit?: (value: number) => string}} look
 */
export function withAxes(series, over, { unit = number, ...look }) {
  const { low, high } = chartOf(series, over.places, ...(look.domain ?? []));
  return axes([low, high], over, unit, sparkline(series, over, look));
}

/**
 * @param {[number, number]} span Of the numbers.
 * @param {Over} over
 * @param {(value: number) => string} unit
 * @param {import('../../dom/el.js').VNode} drawn
 */
const axes = ([low, high], { ticks }, unit, drawn) =>
  el(
    'span',
    { class: 'axes' },
    high > low && el('small', { class: 'high' }, unit(high)),
    el('small', { class: 'low' }, unit(low)),
    drawn,
    el('small', { class: 'from' }, ticks[0]?.label ?? ''),
    ticks.length > 1 && el('small', { class: 'to' }, ticks[ticks.length - 1].label),
  );

/**
 * Up to four named series in one chart, from 0 up to their largest number. Each has a color
 * and, at the present capture and in the legend, a mark of its own shape.
 * @param {string} title With the unit.
 * @param {{name: string, series: Series}[]} all The same array every time, so that the lines
 *   are drawn once.
 * @param {Over} over
 * @param {(value: number) => string} unit
 */
export function namedChart(title, all, over, unit) {
  const { svg, top } = linesOf(all, over.places);
  const left = `${100 * (over.places[over.index] ?? 0)}%`;
  const now = all.map(({ name: of, series }) => ({ of: name(of), value: series[over.index] ?? null }));
  const presently = now.map(({ of, value }) => `${of} ${value === null ? 'not known' : unit(value)}`);
  return el(
    'figure',
    { class: 'named' },
    el('figcaption', null, title),
    axes(
      [0, top],
      over,
      unit,
      el(
        'span',
        { class: 'spark', role: 'img', 'aria-label': `${title}, at this capture: ${presently.join(', ')}` },
        svg,
        el('i', { class: 'now', style: { left } }),
        now.map(({ value }, i) => {
          const height = value === null ? 0 : level(value, 0, top);
          return value !== null && el('i', { class: `mark of-${i}`, style: { left, top: `${(100 * height) / HEIGHT}%` } });
        }),
      ),
    ),
    el(
      'ul',
      { 'aria-label': 'Legend' },
      now.map(({ of, value }, i) =>
        el(
          'li',
          null,
          el('i', { class: `mark of-${i}`, 'aria-hidden': 'true' }),
          el('span', null, of),
          el('small', null, value === null ? 'not known here' : unit(value)),
        ),
      ),
    ),
  );
}

const linesOf = memo((/** @type {{series: Series}[]} */ all, /** @type {readonly number[]} */ places) => {
  const top = Math.max(...all.map(({ series }) => span(series)[1]));
  const lines = all.map(({ series }, i) => el('g', { class: `of-${i}` }, lineOf(series, places, 0, top)));
  return { svg: canvas(lines), top };
});

/**
 * @typedef {object} Look
 * @property {string} [label] What a screen reader says; without it, decoration.
 * @property {[number, number]} [domain] Default: what the values span.
 */

/**
 * A small chart of numbers over captures, the present one marked.
 * @param {Series} values
 * @param {Pick<Over, 'places' | 'index'>} over
 * @param {Look} [how]
 */
export function sparkline(values, { places, index }, { label, domain } = {}) {
  const { svg, low, high } = chartOf(values, places, ...(domain ?? []));
  const now = values[index];
  const spoken = label && `${label}: ${presentOf(now)}, from ${number(low)} to ${number(high)}`;
  const role = spoken ? { role: 'img', 'aria-label': spoken } : { 'aria-hidden': 'true' };
  const left = `${100 * (places[index] ?? 0)}%`;
  return el(
    'span',
    { class: 'spark', ...role },
    svg,
    el('i', { class: 'now', style: { left } }),
    typeof now === 'number' &&
      el('i', { class: 'dot', style: { left, top: `${(100 * level(now, low, high)) / HEIGHT}%` } }),
  );
}

/** The part that does not move with the present capture, built once per series. */
const chartOf = perObject(
  (
    /** @type {Series} */ values,
    /** @type {readonly number[]} */ places,
    /** @type {[low?: number, high?: number]} */ ...domain
  ) => {
    const [low, high] = [domain[0] ?? span(values)[0], domain[1] ?? span(values)[1]];
    return { svg: canvas(lineOf(values, places, low, high)), low, high };
  },
);

/** @param {import('../../dom/el.js').Child} lines */
const canvas = (lines) => el('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none' }, lines);

/**
 * @param {Series} values
 * @param {readonly number[]} places
 * @param {number} low
 * @param {number} high
 */
const lineOf = (values, places, low, high) =>
  curve(values, (i) => WIDTH * (places[i] ?? 0), (value) => level(value, low, high), HEIGHT);

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
const level = (value, low, high) =>
  high > low ? HEIGHT - 3 - ((value - low) / (high - low)) * (HEIGHT - 6) : HEIGHT / 2;

/**
 * The measures as dots, what joins them as lines, and what is not known as dashes.
 * @param {Series} values
 * @param {(i: number) => number} x
 * @param {(value: number) => number} y
 * @param {number} bottom Of what lies below a line.
 */
export function curve(values, x, y, bottom) {
  const all = pieces(values).map((piece) => piece.map(([i, value]) => /** @type {Point} */ ([x(i), y(value)])));
  const gaps = all.slice(1).map((piece, i) => [all[i][all[i].length - 1], piece[0]]);
  const dots = values.length > MAX_DOTS ? all.filter((piece) => piece.length === 1) : all;
  const lines = all.filter((piece) => piece.length > 1);
  return [
    lines.map((piece) => el('polygon', { points: listed([[piece[0][0], bottom], ...piece, [piece[piece.length - 1][0], bottom]]) })),
    gaps.map((ends) => el('polyline', { class: 'gap', points: listed(ends) })),
    lines.map((piece) => el('polyline', { points: listed(piece) })),
    // A line of no length with round ends is a circle, however the chart is stretched.
    dots.length > 0 &&
      el('path', { class: 'dots', d: dots.flat().map((point) => `M${listed([point])}h0`).join('') }),
  ];
}

/** @param {readonly (readonly number[])[]} points */
const listed = (points) => points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');

/**
 * Stretches without a gap, as pairs of index and value.
 * @param {Series} values
 */
function pieces(values) {
  const extremes = values.length > MAX_POINTS ? extremesOf(values) : null;
  /** @type {[number, number][][]} */
  const found = [];
  let open = false;
  values.forEach((value, i) => {
    const isInner = typeof values[i - 1] === 'number' && typeof values[i + 1] === 'number';
    if (extremes && !extremes.has(i) && isInner && value !== null) return;
    if (value === null) open = false;
    else if (open) found[found.length - 1].push([i, value]);
    else open = Boolean(found.push([[i, value]]));
  });
  return found;
}

/**
 * The lowest and the highest of each stretch of captures, by index: a dip of one capture
 * in a thousand is seen.
 * @param {Series} values
 */
function extremesOf(values) {
  const length = Math.ceil((2 * values.length) / MAX_POINTS);
  const found = new Set();
  for (let from = 0; from < values.length; from += length) {
    let [low, high] = [Infinity, -Infinity];
    let [lowest, highest] = [from, from];
    values.slice(from, from + length).forEach((value, i) => {
      if (value !== null && value < low) [low, lowest] = [value, from + i];
      if (value !== null && value > high) [high, highest] = [value, from + i];
    });
    found.add(lowest).add(highest);
  }
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
