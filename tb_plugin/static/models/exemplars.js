// @ts-check
/**
 * The images that activate a filter most, at one capture: its exemplars, which of them
 * came and left since the capture before, their classes, and the histogram; and whether it
 * still sees what it saw. Beside them, if the log has them, images that activate it less.
 */

import { measure } from './measures.js';
import { memo } from './memo.js';
import { NOT_FINITE, rectOf } from './patterns.js';

/** @typedef {import('./axis.js').PictureKey} PictureKey */
/** @typedef {import('./patterns.js').PatternColumn} PatternColumn */
/** @typedef {import('./patterns.js').PatternModel} PatternModel */
/** @typedef {import('./patterns.js').PatternRow} PatternRow */
/** @typedef {import('./patterns.js').Rect} Rect */

/**
 * @typedef {object} Exemplar
 * @property {number} image Index in the pool.
 * @property {string} hash
 * @property {string} label Name of its class; empty without a label.
 * @property {number | null} activation
 * @property {Rect} rect Of its crop, on the sheet of crops.
 * @property {number[]} box Left, upper, right and lower edge, in fractions of the image.
 * @property {boolean} isNew Whether it is none of the capture before.
 *
 * @typedef {{name: string, count: number, share: number, ofAll: number}} ClassShare `ofAll`: its
 *   share of all images.
 *
 * @typedef {object} FilterExemplars
 * @property {PatternColumn} column That they are of.
 * @property {Exemplar[]} items The strongest first.
 * @property {Exemplar[]} weaker That activate it less, the stronger first; none if they were
 *   not asked for.
 * @property {string[]} left Labels of those that were there at the capture before.
 * @property {ClassShare[]} mix Of the images that activate the filter most.
 * @property {number} mixTotal How many images these are.
 * @property {number[]} histogram
 * @property {number | null} low
 * @property {number | null} high
 * @property {number} numImages
 * @property {boolean} isOfPool
 */

/**
 * The exemplars of a filter at a capture, or at the newest before it that drew the
 * filter; null where the log has none.
 * @param {PatternModel} model
 * @param {PatternRow} row
 * @param {PatternColumn} column
 * @returns {FilterExemplars | null}
 */
export function exemplarsAt(model, row, column) {
  const found = at(model, row, column);
  if (!found) return null;
  const { record, place } = found;
  const before = column.index > 0 ? at(model, row, model.columns[column.index - 1]) : null;
  const known = before && strongest(before.record, before.place);
  const now = strongest(record, place);
  const all = record.image[place].map((image, i) => ({
    image,
    hash: record.hash[place][i],
    label: labelOf(record, record.label[place][i]),
    activation: record.activation[place][i],
    rect: rectOf(record.sheet, place * record.sheet.columns + i),
    box: record.box[place].slice(4 * i, 4 * i + 4),
    isNew: known !== null && i < now.length && !known.includes(now[i]),
  }));
  return {
    column: found.column,
    items: all.slice(0, now.length),
    weaker: all.slice(now.length),
    left: before && known ? leavers(before, known, now) : [],
    mix: mixOf(record, place),
    mixTotal: record.mix_total[place],
    histogram: record.histogram[place],
    low: record.low[place],
    high: record.high[place],
    numImages: record.num_images,
    isOfPool: record.is_of_pool,
  };
}

/**
 * The other filters of the layer that have an image among their exemplars.
 * @param {PatternColumn} column
 * @param {number} filter
 * @param {string} hash Of the image.
 */
export const alsoActivated = ({ capture: { record } }, filter, hash) =>
  record.filters.filter(
    (each, place) =>
      each !== filter && record.exemplars && strongest(record.exemplars, place).includes(hash),
  );

/**
 * The hashes of the images that activate a filter most.
 * @param {import('../api/types.js').Exemplars} record
 * @param {number} place
 */
const strongest = ({ hash, num_strongest: count }, place) =>
  hash[place].slice(0, count || undefined);

const LEAST_SIDE = 1e-3; // of a box: less is none

/**
 * The shape of the image that a crop was cut out of: its width divided by its height; null
 * where the log has no usable box. All crops are scaled evenly, so their shape says it.
 * @param {Pick<Exemplar, 'rect' | 'box'>} exemplar
 */
export function imageShape({ rect, box: [left, upper, right, lower] }) {
  const [across, down] = [right - left, lower - upper];
  const isBox = left >= 0 && upper >= 0 && right <= 1 && lower <= 1 && Math.min(across, down) >= LEAST_SIDE;
  return isBox ? (rect.width / across) / (rect.height / down) : null;
}

/**
 * Where the crops of a capture lie: beside its picture.
 * @param {PatternColumn} column
 * @returns {PictureKey | null}
 */
export function cropsKey({ picture, capture: { record } }) {
  const found = record.exemplars;
  if (!picture || !found) return null;
  const { columns, tile_width: width, tile_height: height } = found.sheet;
  const cost = 4 * columns * width * found.image.length * height;
  return { ...picture, key: `exemplars ${picture.key}`, cost };
}

const MAX_CHARTED = 4; // classes; more lines cannot be followed

/**
 * The share of classes among the images that activate a filter most, at each capture: of
 * those with the largest share at any of them. A share is null where the capture did not
 * draw the filter or had no labels, and where the record, which lists the most frequent
 * classes, leaves the class out; 0 where it lists all. None without two captures with labels.
 */
export const classesOverTime = memo(
  (/** @type {PatternModel} */ model, /** @type {PatternRow} */ row) => {
    const mixes = model.columns.map((column) => {
      const found = at(model, row, column);
      const total = found?.column === column ? found.record.mix_total[found.place] : 0;
      return found && total > 0 ? { total, listed: mixOf(found.record, found.place) } : null;
    });
    if (mixes.filter(Boolean).length < 2) return [];
    /** @type {Map<string, number>} */
    const peaks = new Map();
    for (const { name, share } of mixes.flatMap((mix) => mix?.listed ?? [])) {
      peaks.set(name, Math.max(share, peaks.get(name) ?? 0));
    }
    const first = [...peaks].sort(([, a], [, b]) => b - a).slice(0, MAX_CHARTED);
    return first.map(([name]) => ({ name, series: mixes.map((mix) => mix && shareIn(mix, name)) }));
  },
);

/**
 * @param {{total: number, listed: ClassShare[]}} mix
 * @param {string} name Of a class.
 */
function shareIn({ total, listed }, name) {
  const known = listed.find((each) => each.name === name);
  const isComplete = listed.reduce((sum, { count }) => sum + count, 0) >= total;
  return known ? known.share : isComplete ? 0 : null;
}

const CHANCE = 0.001;
const MOST_DRAWN = 10_000; // images; a log may claim any number

/**
 * How likely as many images or more are of a class by chance, of some that are drawn from
 * all: 0 to 1; 1 where the numbers contradict each other (hypergeometric distribution).
 * @param {number} count Of the class among those drawn.
 * @param {number} total Drawn.
 * @param {number} ofClass Of the class among all.
 * @param {number} all
 */
export function chanceOf(count, total, ofClass, all) {
  const others = all - ofClass;
  const most = Math.min(total, ofClass);
  if (!(total <= Math.min(all, MOST_DRAWN) && others >= 0 && count <= most)) return 1;
  let drawn = Math.max(0, total - others); // the fewest that can be of the class
  // How likely just that many are, as a logarithm: far too small a number otherwise.
  let log = 0;
  for (let i = 0; i < total - drawn; i += 1) log += Math.log((others - i) / (all - i));
  for (let i = 0; i < drawn; i += 1) log += Math.log(((ofClass - i) * (total - i)) / ((all - total + drawn - i) * (i + 1)));
  let chance = 0;
  for (; drawn <= most; drawn += 1) {
    if (drawn >= count) chance += Math.exp(log);
    log += Math.log(((ofClass - drawn) * (total - drawn)) / ((drawn + 1) * (others - total + drawn + 1)));
  }
  return Math.min(1, chance);
}

const LEAST_SHARE = 0.2; // of the images that activate a filter most
const LEAST_COUNT = 5; // images: three of a dozen are chance
const OFTEN = 1.5; // times as many as among all images

/**
 * The class that a filter stands out by: of those with a fifth of the images that activate
 * it most, the one that is most over-represented there; null if none is.
 * @param {PatternModel} model
 * @param {PatternRow} row
 * @param {PatternColumn | undefined} column
 * @returns {ClassShare | null}
 */
export function topClass(model, row, column) {
  const found = column && at(model, row, column);
  if (!found) return null;
  const often = (/** @type {ClassShare} */ { share, ofAll }) => share / Math.max(ofAll, 1e-9);
  const [first] = mixOf(found.record, found.place)
    .filter((each) => each.share >= LEAST_SHARE && each.count >= LEAST_COUNT)
    .filter((each) => often(each) >= OFTEN)
    .filter(({ name, count }) => {
      const { mix_total: totals, class_count: ofClass, classes, num_images: all } = found.record;
      return chanceOf(count, totals[found.place], ofClass[classes.indexOf(name)], all) < CHANCE;
    })
    .sort((a, b) => often(b) - often(a));
  return first ?? null;
}

/**
 * Whether any capture has exemplars.
 * @param {PatternModel} model
 */
export const hasExemplars = (model) =>
  model.columns.some(({ capture }) => Boolean(capture.record.exemplars));

/**
 * @param {PatternModel} model
 * @param {PatternRow} row
 * @param {PatternColumn} column
 */
function at(model, row, column) {
  const { cell, column: latest } = model.latest(row, column) ?? {};
  const record = cell?.status === NOT_FINITE ? null : latest?.capture.record.exemplars;
  const place = latest?.capture.record.filters.indexOf(row.filter) ?? -1;
  return latest && record && place >= 0 ? { column: latest, record, place } : null;
}

/**
 * @param {{record: import('../api/types.js').Exemplars, place: number}} before
 * @param {string[]} known
 * @param {string[]} now
 */
const leavers = ({ record, place }, known, now) =>
  known.flatMap((hash, i) =>
    now.includes(hash)
      ? []
      : [labelOf(record, record.label[place][i]) || `image ${record.image[place][i]}`],
  );

/**
 * @param {import('../api/types.js').Exemplars} record
 * @param {number} place
 * @returns {ClassShare[]}
 */
const mixOf = (record, place) =>
  record.mix_class[place].map((index, i) => {
    const count = record.mix_count[place][i];
    return {
      name: record.classes[index],
      count,
      share: count / Math.max(1, record.mix_total[place]),
      ofAll: record.class_count[index] / Math.max(1, record.num_images),
    };
  });

/**
 * @param {import('../api/types.js').Exemplars} record
 * @param {number | null} label
 */
const labelOf = ({ classes }, label) => (label === null ? '' : (classes[label] ?? ''));

/** @typedef {'kept' | 'changed' | 'rewritten' | 'unknown'} Fate */

// Of the correlation of a filter's largest activations on the same images of the pool, then
// and now; the findings use the same (`tb_plugin/findings/lineage.py`).
export const KEPT = 0.8;
export const REWRITTEN = 0.5;

/** @type {readonly [Fate, string][]} */
export const FATES = [
  ['kept', 'kept their meaning'],
  ['changed', 'changed'],
  ['rewritten', 'were rewritten'],
  ['unknown', 'cannot be compared'],
];

/**
 * Null where it was not measured, and at the first capture itself.
 * @param {PatternModel} model
 * @param {PatternRow} row
 * @param {PatternColumn | undefined} column
 */
export const keptOf = (model, row, column) =>
  column ? measure(model.latest(row, column)?.cell.measures ?? [], 'response_correlation_baseline') : null;

/**
 * @param {number | null} correlation
 * @returns {Fate}
 */
export function fateOf(correlation) {
  if (correlation === null) return 'unknown';
  if (correlation >= KEPT) return 'kept';
  return correlation < REWRITTEN ? 'rewritten' : 'changed';
}

/**
 * How many filters fared how, in the order of `FATES`.
 * @param {PatternModel} model
 * @param {PatternColumn} column
 * @returns {[Fate, number][]}
 */
export function fates(model, column) {
  const all = model.allRows.map((row) => fateOf(keptOf(model, row, column)));
  return FATES.map(([fate]) => [fate, all.filter((each) => each === fate).length]);
}

/**
 * Whether the log says what became of filters: it had a pool.
 * @param {PatternModel} model
 */
export const hasLineage = (model) =>
  model.columns.some(({ capture }) => 'response_correlation_baseline' in capture.record.measures);
