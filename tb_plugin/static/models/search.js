// @ts-check
/**
 * Searches what is known of a run by its words: layers, filters, their statuses, images,
 * what was predicted, outputs, runs. What only another view knows is a hit that leads there.
 */

/** @typedef {import('../api/types.js').Kind} Kind */
/**
 * @typedef {object} Hit
 * @property {'run' | 'layer' | 'filter' | 'filters' | 'image' | 'output' | 'look in'} what
 * @property {string} title
 * @property {string} remark
 * @property {string} [run]
 * @property {{kind: Kind, path: string, item: string | null, step: null}} [place]
 * @property {string} [status] Of the filters.
 * @property {boolean} [isElsewhere] Whether the search goes on there.
 *
 * @typedef {{key: string, title: string, words: string}} Item
 *
 * @typedef {object} Known What there is to find.
 * @property {string[]} runs
 * @property {import('../api/types.js').LayerHead[]} layers
 * @property {{path: string, status: string, words: string, count: number}[]} statuses By
 *   layer, at its newest capture.
 * @property {Item[] | null} filters Of the layer chosen; null where another view has them.
 * @property {string | null} filterPath
 * @property {Item[]} images
 * @property {string[]} outputs Of the model, which heatmaps explain.
 * @property {boolean} hasPredictions Whether the words of images say what was predicted.
 * @property {string | null} imagePath
 */

const MAX_HITS = 12;
const KIND_WORDS = { filter_patterns: 'filter patterns', grad_cam: 'heatmaps' };

/**
 * The best hits first: those with all words of the query as words of their own, then as
 * beginnings or parts of words. Views that know more come last.
 * @param {string} query
 * @param {Known} known
 * @returns {Hit[]}
 */
export function search(query, known) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const others = elsewhere(known);
  const ranked = everything(known)
    .map(({ hit, text }) => ({ hit, rank: rankOf(text.toLowerCase(), words) + tie(hit) }))
    .filter(({ rank }) => rank < Infinity)
    .sort((a, b) => a.rank - b.rank)
    .map(({ hit }) => hit);
  return [...withoutTwins(ranked).slice(0, MAX_HITS - others.length), ...others];
}

/**
 * Each image once, by its best hit: several runs may predict a class for it.
 * @param {Hit[]} hits
 */
function withoutTwins(hits) {
  /** @type {Set<string | null | undefined>} */
  const seen = new Set();
  return hits.filter(({ what, place }) => what !== 'image' || seen.size < seen.add(place?.item).size);
}

/**
 * The views that know what cannot be searched from here.
 * @param {Known} known
 * @returns {Hit[]}
 */
function elsewhere({ filters, filterPath, imagePath, hasPredictions }) {
  /** @type {Hit[]} */
  const all = [];
  if (filters === null && filterPath !== null) {
    const place = placeOf('filter_patterns', filterPath, null);
    all.push({ what: 'look in', title: 'Filters', remark: `of ${filterPath}`, place, isElsewhere: true });
  }
  if (!hasPredictions && imagePath !== null) {
    const place = placeOf('grad_cam', imagePath, null);
    all.push({ what: 'look in', title: 'Heatmaps', remark: 'for predicted classes and outputs', place, isElsewhere: true });
  }
  return all;
}

/**
 * Of two equally good hits, a layer comes before its filters, then the shorter name.
 * @param {Hit} hit
 */
const tie = ({ what, title }) => title.length / 1e6 + (what.startsWith('filter') ? 0.1 : 0);

/**
 * @param {string} text
 * @param {string[]} words
 */
function rankOf(text, words) {
  if (!words.every((word) => text.includes(word))) return Infinity;
  const parts = text.split(/[\s/#_]+/);
  const numWhole = words.filter((word) => parts.includes(word)).length;
  const numBegun = words.filter((word) => parts.some((part) => part.startsWith(word))).length;
  return -numWhole - numBegun / 2;
}

/**
 * @param {Known} known
 * @returns {{hit: Hit, text: string}[]}
 */
function everything({ runs, layers, statuses, filters, filterPath, images, outputs, imagePath }) {
  /** @type {{hit: Hit, text: string}[]} */
  const all = layers.map(({ kind, path }) => ({
    hit: { what: 'layer', title: path, remark: KIND_WORDS[kind], place: placeOf(kind, path, null) },
    text: `layer ${path} ${KIND_WORDS[kind]}`,
  }));
  for (const run of runs) all.push({ hit: { what: 'run', title: run, remark: '', run }, text: `run ${run}` });
  for (const { path, status, words, count } of statuses) {
    const place = placeOf('filter_patterns', path, null);
    const title = `${count} ${words}`;
    all.push({ hit: { what: 'filters', title, remark: path, place, status }, text: `filters ${words} ${status} ${path}` });
  }
  for (const { key, title, words } of filterPath === null ? [] : (filters ?? [])) {
    const place = placeOf('filter_patterns', filterPath ?? '', key);
    all.push({ hit: { what: 'filter', title, remark: filterPath ?? '', place }, text: `${title} ${words} ${filterPath}` });
  }
  for (const { key, title, words } of imagePath === null ? [] : images) {
    const place = placeOf('grad_cam', imagePath ?? '', key);
    all.push({ hit: { what: 'image', title, remark: words, place }, text: `image ${title} ${words}` });
  }
  for (const title of imagePath === null ? [] : outputs) {
    const place = placeOf('grad_cam', imagePath ?? '', null);
    all.push({ hit: { what: 'output', title, remark: `explained at ${imagePath}`, place }, text: `output ${title}` });
  }
  return all;
}

/**
 * @param {Kind} kind
 * @param {string} path
 * @param {string | null} item
 */
const placeOf = (kind, path, item) => ({ kind, path, item, step: null });
