// @ts-check
/** The state in, the pictures that have to be here to show it out. */

import { PACK_STEPS } from './pictures.js';
import { columnIndex, model, versusIndex } from './select.js';
import { isGrid, layout } from './shape.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./columns.js').PictureKey} PictureKey */

/**
 * The pictures that the view needs now, the most needed first: the present one,
 * the one compared with, those in sight, those that share a pack with them.
 * @param {State} state
 * @returns {PictureKey[]}
 */
export function wantedPictures(state) {
  const shown = model(state);
  if (!shown?.columns.length) return [];
  const current = columnIndex(state, shown);
  const versus = versusIndex(state, shown);
  const [from, to] = isGrid(state) ? [current, current + 1] : layout(state, shown).columns;
  const margin = PACK_STEPS / 4;
  const first = PACK_STEPS * Math.floor(Math.max(0, from - margin) / PACK_STEPS);
  const last = PACK_STEPS * Math.ceil((to + margin) / PACK_STEPS);
  const order = new Set([current, versus, ...range(from, to), ...range(first, last)]);
  const keys = [...order].map((index) => shown.columns[index]?.picture ?? null);
  return [...new Map(keys.filter((key) => key !== null).map((key) => [key.key, key])).values()];
}

/**
 * @param {number} from
 * @param {number} to
 */
const range = (from, to) => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
