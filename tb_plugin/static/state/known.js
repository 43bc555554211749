// @ts-check
/** The state in, what a search can find out. */

import { patterns } from './select.js';
import { className, name } from '../models/words.js';

/** @typedef {import('./state.js').State} State */

const SHORT_HASH = 12; // as in map_rows.js

/**
 * @param {State} state
 * @returns {import('../models/search.js').Known}
 */
export function knownTo(state) {
  const layers = state.captures?.value?.layers ?? [];
  const heads = layers.filter(({ kind }) => kind === 'filter_patterns');
  const path = state.layer.filter_patterns ?? heads.at(-1)?.path ?? null;
  const maps = layers.filter(({ kind }) => kind === 'grad_cam');
  const record = state.heldOut?.value?.record;
  const short = shortenerOf((record?.images ?? []).map(({ hash }) => hash));
  return {
    runs: (state.runs?.value?.runs ?? []).map(({ run }) => run),
    layers,
    filters: filtersOf(state),
    filterPath: path,
    images: (record?.images ?? []).map((image) => ({
      key: short(image.hash),
      title: name(image.name),
      words: className(record?.class_names ?? [], image.label),
    })),
    imagePath: state.layer.grad_cam ?? maps.at(-1)?.path ?? null,
  };
}

/**
 * How rows of these images are called in an address; see map_rows.js.
 * @param {string[]} hashes
 */
function shortenerOf(hashes) {
  const isUnique = new Set(hashes.map((hash) => hash.slice(0, SHORT_HASH))).size === hashes.length;
  return (/** @type {string} */ hash) => (isUnique ? hash.slice(0, SHORT_HASH) : hash);
}

/** @param {State} state */
const filtersOf = (state) =>
  (patterns(state)?.allRows ?? []).map(({ key }) => ({ key, title: `filter ${key}`, words: `#${key}` }));
