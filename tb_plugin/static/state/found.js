// @ts-check
/** What the search box finds: runs, layers, filters and images that match the query. */

import { topClass } from '../models/exemplars.js';
import { shortener } from '../models/maps.js';
import { search } from '../models/search.js';
import { className, name, percent, spelled } from '../models/words.js';
import { columnIndex, maps, overviewOf, patterns } from './select.js';

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
  const mapHeads = layers.filter(({ kind }) => kind === 'grad_cam');
  const record = state.heldOut?.value?.record;
  const short = shortener((record?.images ?? []).map(({ hash }) => hash));
  const names = record?.class_names ?? [];
  const said = predictions(state, names);
  return {
    runs: (state.runs?.value?.runs ?? []).map(({ run }) => run),
    layers,
    statuses: statusesOf(state),
    filters: filtersOf(state),
    filterPath: path,
    images: (record?.images ?? []).map((image) => ({
      key: short(image.hash),
      title: name(image.name),
      words: [className(names, image.label), said?.words.get(image.hash)].filter(Boolean).join(' · '),
    })),
    outputs: said?.outputs ?? [],
    hasPredictions: said !== null || !mapHeads.length,
    imagePath: state.layer.grad_cam ?? mapHeads.at(-1)?.path ?? null,
  };
}

/**
 * What was predicted for each image at the present capture, and which outputs are
 * explained; null where another view knows it.
 * @param {State} state
 * @param {string[]} names Of the classes.
 */
function predictions(state, names) {
  const model = maps(state);
  const outcome = model?.columns[columnIndex(state, model)]?.capture.outcome;
  if (!outcome) return null;
  /** @type {Map<string, string>} */
  const words = new Map();
  outcome.images.forEach((hash, i) => {
    const { prediction, correct } = outcome;
    if (prediction[i] === null) return;
    const isRight = correct[i] === null ? '' : correct[i] ? ', right' : ', wrong';
    words.set(hash, `predicted ${className(names, prediction[i])}${isRight}`);
  });
  return { words, outputs: outcome.output ? [outcome.output] : [] };
}

/**
 * How many filters of each layer are not live, by status.
 * @param {State} state
 */
const statusesOf = (state) =>
  (overviewOf(state)?.answer.layers ?? [])
    .filter(({ kind }) => kind === 'filter_patterns')
    .flatMap(({ path, status }) =>
      Object.entries(status.at(-1) ?? {})
        .filter(([word, count]) => word !== 'live' && count > 0)
        .map(([word, count]) => ({ path, status: word, words: spelled(word), count })),
    );

/** @param {State} state */
function filtersOf(state) {
  const model = patterns(state);
  if (!model) return null;
  const now = model.columns[columnIndex(state, model)];
  return model.allRows.map((row) => {
    const top = topClass(model, row, now);
    const status = model.latest(row, now)?.cell.status ?? '';
    const words = [status !== 'live' && spelled(status), top && `${name(top.name)} ${percent(top.share)}`];
    const title = [`filter ${row.key}`, ...words].filter(Boolean).join(' · ');
    return { key: row.key, title, words: `#${row.key} ${status}` };
  });
}
