// @ts-check
/** Searches layers, filters, images and runs by name. */

/** @typedef {import('../api/types.js').Kind} Kind */
/**
 * @typedef {object} Hit
 * @property {'run' | 'layer' | 'filter' | 'image'} what
 * @property {string} title
 * @property {string} remark
 * @property {string} [run]
 * @property {{kind: Kind, path: string, item: string | null, step: null}} [place]
 *
 * @typedef {object} Known What there is to find.
 * @property {string[]} runs
 * @property {import('../api/types.js').LayerHead[]} layers
 * @property {{key: string, title: string, words: string}[]} filters Of the layer chosen.
 * @property {string | null} filterPath
 * @property {{key: string, title: string, words: string}[]} images
 * @property {string | null} imagePath
 */

const MAX_HITS = 12;
const KIND_WORDS = { filter_patterns: 'filter patterns', grad_cam: 'heatmaps' };

/**
 * The best hits first: names that begin with the query, then names that contain all its
 * words.
 * @param {string} query
 * @param {Known} known
 * @returns {Hit[]}
 */
export function search(query, known) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  return everything(known)
    .map(({ hit, text }) => ({ hit, rank: rankOf(text.toLowerCase(), words) + tie(hit) }))
    .filter(({ rank }) => rank < Infinity)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MAX_HITS)
    .map(({ hit }) => hit);
}

/**
 * Of two equally good hits, the one with the shorter name is first.
 * @param {Hit} hit
 */
const tie = ({ title }) => title.length / 1e6;

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
function everything({ runs, layers, filters, filterPath, images, imagePath }) {
  /** @type {{hit: Hit, text: string}[]} */
  const all = layers.map(({ kind, path }) => ({
    hit: { what: 'layer', title: path, remark: KIND_WORDS[kind], place: placeOf(kind, path, null) },
    text: `layer ${path} ${KIND_WORDS[kind]}`,
  }));
  for (const run of runs) all.push({ hit: { what: 'run', title: run, remark: '', run }, text: `run ${run}` });
  for (const { key, title, words } of filterPath === null ? [] : filters) {
    const place = placeOf('filter_patterns', filterPath ?? '', key);
    all.push({ hit: { what: 'filter', title, remark: filterPath ?? '', place }, text: `${title} ${words}` });
  }
  for (const { key, title, words } of imagePath === null ? [] : images) {
    const place = placeOf('grad_cam', imagePath ?? '', key);
    all.push({ hit: { what: 'image', title, remark: words, place }, text: `image ${title} ${words}` });
  }
  return all;
}

/**
 * @param {Kind} kind
 * @param {string} path
 * @param {string | null} item
 */
const placeOf = (kind, path, item) => ({ kind, path, item, step: null });
