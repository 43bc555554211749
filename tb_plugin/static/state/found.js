// @ts-check
/** What the search box finds: runs, layers, filters and images that match the query. */

import { topClass } from '../models/exemplars.js';
import { shortener } from '../models/maps.js';
import { search } from '../models/search.js';
import { className, name, percent } from '../models/words.js';
import { columnIndex, patterns } from './select.js';

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
function filtersOf(state) {
  const model = patterns(state);
  if (!model) return [];
  const now = model.columns[columnIndex(state, model)];
  return model.allRows.map((row) => {
    const top = topClass(model, row, now);
    const title = `filter ${row.key}${top ? ` · ${name(top.name)} ${percent(top.share)}` : ''}`;
    return { key: row.key, title, words: `#${row.key}` };
  });
}
