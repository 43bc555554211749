// @ts-check
/** What is wanted in, what is asked for in one request each out. */

/** @typedef {import('../models/axis.js').PictureKey} PictureKey */

export const PACK_STEPS = 16;
const FIRST_STEPS = 4;

/**
 * The first ones, as many as may be held at once; always one.
 * @param {PictureKey[]} keys
 * @param {number} maxCost
 */
export function affordable(keys, maxCost) {
  let cost = 0;
  return keys.filter((key, i) => (cost += key.cost) <= maxCost || i === 0);
}

/**
 * @template T
 * @param {T[]} items
 */
export function packs(items) {
  const found = items.length ? [items.slice(0, FIRST_STEPS)] : [];
  for (let from = FIRST_STEPS; from < items.length; from += PACK_STEPS) {
    found.push(items.slice(from, from + PACK_STEPS));
  }
  return found;
}
