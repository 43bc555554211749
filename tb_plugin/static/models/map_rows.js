// @ts-check
/**
 * Which rows the maps of a layer have. A capture tells its rows by position; an
 * image keeps its row over captures by its hash and by what is explained of it.
 */

/** @typedef {import('../api/types.js').MapCapture} MapCapture */

/**
 * @typedef {object} MapRow
 * @property {string} name Image and target, unmistakably.
 * @property {string} key The same, short, for an address.
 * @property {string} hash Of the image.
 * @property {string} target What is explained, in words.
 * @property {boolean} isOneOfSeveral Whether the image has more rows than this.
 * @property {number | null} meanClass The class that it is the mean of; mostly null.
 */

const SHORT_HASH = 12;

/**
 * Position of each row in a capture, by the row's name.
 * @param {MapCapture} capture
 * @returns {Map<string, number>}
 */
export function placesOf({ outcome }) {
  const name = (/** @type {number} */ image, /** @type {number} */ place) =>
    JSON.stringify([outcome.images[image], outcome.row_target[place]]);
  return new Map(outcome.row_image.map((image, place) => [name(image, place), place]));
}

/**
 * Rows of all captures, in the order of the newest.
 * @param {Map<string, number>[]} places By capture.
 * @returns {MapRow[]}
 */
export function rowsOf(places) {
  const names = [...new Set(places.toReversed().flatMap((each) => [...each.keys()]))];
  const pairs = names.map((name) => /** @type {[string, string]} */ (JSON.parse(name)));
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const [hash] of pairs) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  const isShortUnique =
    new Set([...counts.keys()].map((hash) => hash.slice(0, SHORT_HASH))).size === counts.size;
  return pairs.map(([hash, target], i) => {
    const isOneOfSeveral = (counts.get(hash) ?? 0) > 1;
    const short = isShortUnique ? hash.slice(0, SHORT_HASH) : hash;
    const key = isOneOfSeveral ? `${short}~${target}` : short;
    return { name: names[i], key, hash, target, isOneOfSeveral, meanClass: null };
  });
}
