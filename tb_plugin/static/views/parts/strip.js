// @ts-check
/** A strip of color per capture: how much a layer changed over time. */

import { el } from '../../dom/el.js';

/** @typedef {import('../../models/overview.js').Change} Change */

const MAX_CELLS = 120;
const FAINTEST = 0.06;

/**
 * How much a layer changed, capture by capture: the stronger the color the more;
 * hatched under the noise floor; empty where it was not measured. Kept while the
 * changes are the same.
 * @param {(Change | null)[]} changes By tick.
 * @param {{most: number, titles: (i: number) => string}} how `most`: full colour.
 */
export function strip(changes, { most, titles }) {
  const known = strips.get(changes);
  if (known?.most === most) return known.node;
  const node = el('span', { class: 'strip', 'aria-hidden': 'true' }, cells(changes, most, titles));
  strips.set(changes, { most, node });
  return node;
}

/** @type {WeakMap<(Change | null)[], {most: number, node: import('../../dom/el.js').VNode}>} */
const strips = new WeakMap();

/**
 * @param {(Change | null)[]} changes
 * @param {number} most
 * @param {(i: number) => string} titles
 */
function cells(changes, most, titles) {
  const size = Math.ceil(changes.length / MAX_CELLS);
  const count = Math.ceil(changes.length / size);
  return Array.from({ length: count }, (_, i) => {
    const of = changes.slice(size * i, size * (i + 1)).filter((each) => each !== null);
    const clear = of.filter((each) => !each.isNoise && each.value !== null);
    const value = Math.max(...clear.map((each) => each.value ?? 0));
    const kind = clear.length ? 'clear' : of.some((each) => each.isNoise) ? 'noise' : 'unknown';
    return el('i', {
      class: kind,
      title: titles(Math.min(changes.length, size * (i + 1)) - 1),
      style: clear.length ? { '--share': shareOf(value, most) } : {},
    });
  });
}

/**
 * @param {number} value
 * @param {number} most
 */
const shareOf = (value, most) =>
  Math.min(1, Math.max(FAINTEST, most > 0 ? value / most : 0)).toFixed(2);

/**
 * Largest change above the noise.
 * @param {(Change | null)[][]} all
 */
export const largest = (all) =>
  all
    .flat()
    .reduce((most, each) => Math.max(most, each && !each.isNoise ? (each.value ?? 0) : 0), 0);
