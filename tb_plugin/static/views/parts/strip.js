// @ts-check
/** A strip of color per capture: how much a layer changed over time. */

import { el } from '../../dom/el.js';

/** @typedef {import('../../models/overview.js').Change} Change */

const MAX_CELLS = 120;
const FAINTEST = 0.06;

/**
 * How much a layer changed, capture by capture: the stronger the color the more;
 * hatched under the noise floor; in red where nothing is finite; empty where it was not
 * measured. Kept while the changes are the same.
 * @param {(Change | null)[]} changes By tick.
 * @param {{scale: Scale, titles: (i: number) => string}} how
 */
export function strip(changes, { scale, titles }) {
  const known = strips.get(changes);
  if (known?.least === scale.least && known?.most === scale.most) return known.node;
  const node = el('span', { class: 'strip', 'aria-hidden': 'true' }, cells(changes, scale, titles));
  strips.set(changes, { ...scale, node });
  return node;
}

/**
 * @typedef {object} Scale
 * @property {number} least The change of the palest color.
 * @property {number} most The change of the full color.
 */

/** @type {WeakMap<(Change | null)[], Scale & {node: import('../../dom/el.js').VNode}>} */
const strips = new WeakMap();

/**
 * @param {(Change | null)[]} changes
 * @param {Scale} scale
 * @param {(i: number) => string} titles
 */
function cells(changes, scale, titles) {
  const size = Math.ceil(changes.length / MAX_CELLS);
  const count = Math.ceil(changes.length / size);
  return Array.from({ length: count }, (_, i) => {
    const of = changes.slice(size * i, size * (i + 1)).filter((each) => each !== null);
    const clear = of.filter((each) => !each.isNoise && each.value !== null);
    const value = Math.max(...clear.map((each) => each.value ?? 0));
    const kind = clear.length ? 'clear' : kindOf(of);
    return el('i', {
      class: kind,
      title: titles(Math.min(changes.length, size * (i + 1)) - 1),
      style: clear.length ? { '--share': shareOf(value, scale) } : {},
    });
  });
}

/** @param {Change[]} of Changes without a number above the noise. */
const kindOf = (of) =>
  of.some((each) => each.isBroken) ? 'broken' : of.some((each) => each.isNoise) ? 'noise' : 'unknown';

/**
 * @param {number} value
 * @param {Scale} scale
 */
const shareOf = (value, { least, most }) =>
  Math.min(1, Math.max(FAINTEST, most > least ? (value - least) / (most - least) : 0)).toFixed(2);

/**
 * The scale of changes above the noise: from none on, or, where all of them are large,
 * from the smallest on, so that they can be told apart.
 * @param {(Change | null)[][]} all
 * @returns {Scale}
 */
export function scaleOf(all) {
  const values = all
    .flat()
    .map((each) => (each && !each.isNoise ? (each.value ?? 0) : 0))
    .filter((value) => value > 0);
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const smallest = values.reduce((a, b) => Math.min(a, b), most);
  const isNarrow = values.length >= MIN_VALUES && smallest > most / 2 && smallest < most;
  return { least: isNarrow ? smallest : 0, most };
}

const MIN_VALUES = 3;
