// @ts-check
/** What the search box finds: runs, layers, filters and images that match the query. */

import { shortener } from '../models/maps.js';
import { search } from '../models/search.js';
import { className, name } from '../models/words.js';
import { patterns } from './select.js';

/** @typedef {import('./state.js').State} State */

/**
 * @param {State} state
 * @returns {{hits: import('../models/search.js').Hit[], at: number}} With the marked one's place.
 */
export function found(state) {
  const hits = state.query === null ? [] : search(state.query, knownTo(state));
  return { hits, at: Math.min(state.hit, hits.length - 1) };
}

/**
 * Everything that a search may find now.
 * @param {State} state
 * @returns {import('../models/search.js').Known}
 */
function knownTo(state) {
  const layers = state.captures?.value?.layers ?? [];
  const heads = layers.filter(({ kind }) => kind === 'filter_patterns');
  const path = state.layer.filter_patterns ?? heads.at(-1)?.path ?? null;
  const maps = layers.filter(({ kind }) => kind === 'grad_cam');
  const record = state.heldOut?.value?.record;
  const short = shortener((record?.images ?? []).map(({ hash }) => hash));
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

/** @param {State} state */
const filtersOf = (state) =>
  (patterns(state)?.allRows ?? []).map(({ key }) => ({ key, title: `filter ${key}`, words: `#${key}` }));
