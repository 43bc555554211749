// @ts-check
/**
 * The model of the Heatmaps view: held-out images by captures.
 *
 * A capture lists its rows by position. An image keeps its row over captures by its
 * hash and by what is explained of it.
 */

import { columnsOf } from './axis.js';
import { meanRows } from './mean_rows.js';

/** @typedef {import('../api/types.js').LayerAnswer} LayerAnswer */
/** @typedef {import('../api/types.js').MapCapture} MapCapture */
/** @typedef {import('./axis.js').Column<MapCapture>} MapColumn */
/** @typedef {import('./axis.js').Tick} Tick */

/**
 * @typedef {object} MapCell
 * @property {number} place Index of the map in its capture.
 * @property {string} status
 * @property {string} origin
 * @property {number | null} originStep
 * @property {number | null} maximum
 * @property {number | null} label
 * @property {number | null} prediction
 * @property {number | null} value
 * @property {string} valueKind
 * @property {boolean | null} correct
 * @property {boolean} isFlip Whether the prediction is another than before.
 * @property {[number, number | null][]} best Class and output, largest first.
 * @property {string} target What is explained, in words.
 * @property {number | null} targetClass
 * @property {string | null} output Name of the model's output that is explained.
 * @property {number | null} score
 * @property {string} scoreKind
 * @property {number | null} confidence Of the detection that is explained, if it is one.
 * @property {number[] | null} box Its edges, in fractions of the image; may lie outside.
 * @property {number | null} overlap With the box that was asked for.
 * @property {number | null} labelValue Output for the image's label.
 * @property {number | null} labelProbability
 * @property {number | null} loss Cross-entropy of the label, in nats.
 * @property {[string, number | null][]} measures
 * @property {[string, number | null][]} parts Of the evidence: names and shares.
 *
 * @typedef {object} MapModel
 * @property {MapColumn[]} columns
 * @property {number[]} steps Of the columns.
 * @property {MapRow[]} rows As they are shown.
 * @property {MapRow[]} allRows In the order of the newest capture.
 * @property {MapRow[]} meanRows
 * @property {string[]} targets What rows explain: the prediction, the label, a contrast, others.
 * @property {(row: MapRow) => MapRow[]} rowsOfImage All rows of its image, by `targets`.
 * @property {(row: MapRow, column: MapColumn) => MapCell | null} cell
 *   Null where the capture has no such row.
 * @property {(row: MapRow) => MapCell | null} lastCell Of the newest capture that has it.
 * @property {(row: MapRow) => boolean} hasFlipped Whether its prediction ever changed.
 * @property {(row: MapRow) => number} top Largest value of the row's maps, ever.
 */

/**
 * @param {LayerAnswer} answer
 * @param {readonly Tick[]} ticks
 * @returns {MapModel}
 */
export function mapModel(answer, ticks) {
  /** @type {MapColumn[]} */
  const columns = columnsOf(answer, ticks, mapsCost);
  const places = columns.map(({ capture }) => placesOf(capture));
  const rows = rowsOf(places);
  /** @param {MapRow} row @param {MapColumn} column */
  function cell(row, column) {
    const place = places[column.index].get(row.name);
    if (place === undefined) return null;
    const earlier = columns[column.index - 1]?.capture;
    const before = predictionAt(earlier, places[column.index - 1]?.get(row.name));
    return cellAt(column.capture, place, before);
  }
  /** @param {MapRow} row */
  const lastCell = (row) => {
    const column = columns.findLast(({ index }) => places[index].has(row.name));
    return column ? cell(row, column) : null;
  };
  const steps = columns.map((column) => column.step);
  const hasFlipped = flipsOf(columns, places);
  const means = meanRows(columns);
  const all = { rows: [...rows, ...means], allRows: rows, meanRows: means, ...groupsOf(rows) };
  return { columns, steps, ...all, cell, lastCell, hasFlipped, top: topsOf(columns, places) };
}

/** As `target="mistakes"` has them, see `Outcome` in contract/: why this, and not that. */
export const CONTRAST = 'predicted instead of label';
export const OF_MISTAKES = ['label', CONTRAST];
const ROLES = ['predicted class', ...OF_MISTAKES];

/** @param {MapRow[]} rows */
function groupsOf(rows) {
  const roleOf = (/** @type {string} */ target) => (ROLES.indexOf(target) + 1 || ROLES.length + 1);
  const targets = [...new Set(rows.map(({ target }) => target))].sort((a, b) => roleOf(a) - roleOf(b));
  /** @type {Map<string, MapRow[]>} */
  const groups = new Map();
  for (const row of rows) groups.set(row.hash, [...(groups.get(row.hash) ?? []), row]);
  for (const group of groups.values()) {
    group.sort((a, b) => targets.indexOf(a.target) - targets.indexOf(b.target));
  }
  return { targets, rowsOfImage: (/** @type {MapRow} */ row) => groups.get(row.hash) ?? [row] };
}

/**
 * @param {MapColumn[]} columns
 * @param {Map<string, number>[]} places
 * @returns {(row: MapRow) => boolean}
 */
function flipsOf(columns, places) {
  /** @type {Map<string, Set<number | null>>} */
  const answers = new Map();
  columns.forEach(({ capture }, i) => {
    for (const [name, place] of places[i]) {
      const known = answers.get(name) ?? new Set();
      answers.set(name, known.add(predictionAt(capture, place)));
    }
  });
  return (row) => (answers.get(row.name)?.size ?? 0) > 1;
}

/**
 * @param {MapColumn[]} columns
 * @param {Map<string, number>[]} places
 * @returns {(row: MapRow) => number}
 */
function topsOf(columns, places) {
  /** @type {Map<string, number>} */
  const tops = new Map();
  columns.forEach(({ capture }, i) => {
    for (const [name, place] of places[i]) {
      const maximum = capture.record.maximum[place] ?? 0;
      tops.set(name, Math.max(tops.get(name) ?? 0, maximum));
    }
  });
  return (row) => tops.get(row.name) ?? 0;
}

/**
 * The class that is told of a row: that of the detection if it explains one, else the
 * prediction of its image.
 * @param {Pick<MapCapture, 'outcome'> | undefined} capture
 * @param {number | undefined} place
 */
function predictionAt(capture, place) {
  if (!capture || place === undefined) return null;
  const { outcome } = capture;
  const isDetection = typeof outcome.row_confidence[place] === 'number';
  return isDetection ? outcome.row_class[place] : outcome.prediction[outcome.row_image[place]];
}

/** @param {MapCapture} capture */
const mapsCost = ({ record }) => 4 * record.maximum.length * record.height * record.width;

/**
 * @param {MapCapture} capture
 * @param {number} place
 * @param {number | null} before The prediction at the capture before.
 * @returns {MapCell}
 */
function cellAt({ record, outcome }, place, before) {
  const image = outcome.row_image[place];
  const now = predictionAt({ outcome }, place);
  const loss = outcome.label_loss[image] ?? null;
  const labelValue = labelValueOf(outcome, image);
  return {
    place,
    status: record.status[place],
    origin: record.origin[place],
    originStep: record.origin_step[place],
    maximum: record.maximum[place],
    label: outcome.label[image],
    prediction: outcome.prediction[image],
    value: outcome.value[image],
    valueKind: outcome.value_kind,
    correct: outcome.correct[image],
    isFlip: now !== null && before !== null && now !== before,
    best: outcome.top_classes[image].map((each, i) => [each, outcome.top_values[image][i] ?? null]),
    target: outcome.row_target[place],
    labelValue,
    labelProbability: outcome.value_kind === 'probability' ? labelValue : probabilityOf(loss),
    loss,
    targetClass: outcome.row_class[place],
    output: outcome.output,
    score: outcome.row_score[place],
    scoreKind: outcome.row_score_kind,
    confidence: outcome.row_confidence[place] ?? null,
    box: outcome.row_box[place] ?? null,
    overlap: outcome.row_overlap[place] ?? null,
    measures: Object.entries(record.measures).map(([name, values]) => [name, values[place]]),
    parts: record.parts.map((name, i) => [name, record.shares[i][place]]),
  };
}

/**
 * The output for an image's label. Early logs have only the three largest outputs.
 * @param {import('../api/types.js').Outcome} outcome
 * @param {number} image
 */
function labelValueOf(outcome, image) {
  const recorded = outcome.label_value[image];
  if (typeof recorded === 'number') return recorded;
  const place = outcome.top_classes[image].findIndex((each) => each === outcome.label[image]);
  return outcome.top_values[image][place] ?? null;
}

/** @param {number | null} loss In nats. */
const probabilityOf = (loss) => (loss === null ? null : Math.exp(-loss));

/**
 * @typedef {object} MapRow
 * @property {string} name Image and target, unmistakably.
 * @property {string} key The same, short, for an address.
 * @property {string} hash Of the image.
 * @property {string} image The image alone, as an address names it.
 * @property {string} target What is explained, in words.
 * @property {boolean} isOneOfSeveral Whether the image has more rows than this.
 * @property {number | null} meanClass The class that it is the mean of; mostly null.
 */

const SHORT_HASH = 12;
const OF_TARGET = '~'; // between an image and what is explained of it

/**
 * Whether a row is one of several of an image.
 * @param {string | undefined} key
 * @param {string} image
 */
export const isOfImage = (key, image) => key !== undefined && key.startsWith(image + OF_TARGET);

/**
 * Position of each row in a capture, by the row's name.
 * @param {MapCapture} capture
 * @returns {Map<string, number>}
 */
function placesOf({ outcome }) {
  const name = (/** @type {number} */ image, /** @type {number} */ place) =>
    JSON.stringify([outcome.images[image], outcome.row_target[place]]);
  return new Map(outcome.row_image.map((image, place) => [name(image, place), place]));
}

/**
 * Rows of all captures, in the order of the newest.
 * @param {Map<string, number>[]} places By capture.
 * @returns {MapRow[]}
 */
function rowsOf(places) {
  const names = [...new Set(places.toReversed().flatMap((each) => [...each.keys()]))];
  const pairs = names.map((name) => /** @type {[string, string]} */ (JSON.parse(name)));
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const [hash] of pairs) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  const shortened = shortener([...counts.keys()]);
  return pairs.map(([hash, target], i) => {
    const isOneOfSeveral = (counts.get(hash) ?? 0) > 1;
    const image = shortened(hash);
    const key = isOneOfSeveral ? image + OF_TARGET + target : image;
    return { name: names[i], key, hash, image, target, isOneOfSeveral, meanClass: null };
  });
}

/**
 * How an address names the rows of these images: by the start of the hash, if that is
 * unique.
 * @param {readonly string[]} hashes
 */
export function shortener(hashes) {
  const short = (/** @type {string} */ hash) => hash.slice(0, SHORT_HASH);
  const isUnique = new Set(hashes.map(short)).size === new Set(hashes).size;
  return (/** @type {string} */ hash) => (isUnique ? short(hash) : hash);
}
