// @ts-check
/**
 * What the model gets wrong over time: a confusion matrix of the held-out images, and
 * which of them it forgot.
 *
 * Source of forgetting: Toneva et al. 2019, "An Empirical Study of Example Forgetting
 * during Deep Neural Network Learning". An image is forgotten where it was right at one
 * capture and is wrong at the next one.
 */

import { perObject } from './memo.js';

/** @typedef {import('./maps.js').MapColumn} MapColumn */
/** @typedef {import('./maps.js').MapRow} MapRow */
/** @typedef {import('../api/types.js').Outcome} Outcome */

/**
 * @typedef {object} Forgetting
 * @property {number} count How often the image was forgotten so far.
 * @property {boolean} isForgotten Whether it was right before and is wrong now.
 *
 * @typedef {object} Confusion One cell of the matrix.
 * @property {number} label
 * @property {number} predicted
 * @property {number} count Images, at the present capture.
 * @property {number} share Of the images of that label.
 * @property {readonly number[]} series The count at each capture.
 *
 * @typedef {object} ConfusionMatrix
 * @property {number[]} classes In rows and columns, ascending.
 * @property {Confusion[][]} rows By label, then by prediction.
 * @property {number} numImages With a label and a prediction.
 * @property {number} numWrong
 * @property {number} numUnknown Without a label, or without a prediction.
 * @property {number} numHidden Mistakes between classes that the matrix has no room for.
 */

const MAX_CLASSES = 12;

/** Whether each image was right at each capture, by its hash. */
const historyOf = perObject((/** @type {readonly MapColumn[]} */ columns) => {
  /** @type {Map<string, (boolean | null)[]>} */
  const found = new Map();
  columns.forEach(({ capture: { outcome } }, at) => {
    outcome.images.forEach((hash, i) => {
      const correct = found.get(hash) ?? columns.map(() => null);
      correct[at] = outcome.correct[i];
      found.set(hash, correct);
    });
  });
  return found;
});

/**
 * What was forgotten of an image up to a capture. Captures without a verdict do not count.
 * @param {readonly MapColumn[]} columns
 * @param {Pick<MapRow, 'hash'>} row
 * @param {number} index Of the present capture.
 * @returns {Forgetting}
 */
export function forgettingOf(columns, { hash }, index) {
  const all = historyOf(columns).get(hash) ?? [];
  const correct = all.slice(0, index + 1).filter((each) => each !== null);
  const count = correct.filter((each, i) => !each && correct[i - 1]).length;
  return { count, isForgotten: all[index] === false && correct.includes(true) };
}

/**
 * The images by label and prediction; null where none has both.
 *
 * Of many classes those with most mistakes over all captures are shown, so that the
 * matrix keeps its classes while time is scrubbed.
 * @param {readonly MapColumn[]} columns
 * @param {number} index Of the present capture.
 * @returns {ConfusionMatrix | null}
 */
export function confusionMatrix(columns, index) {
  const { classes, series } = overTimeOf(columns);
  if (!classes.length || !columns[index]) return null;
  const pairs = pairsOf(columns[index].capture.outcome);
  const totals = countsOf(pairs.map(([label]) => label));
  const none = columns.map(() => 0);
  const rows = classes.map((label) =>
    classes.map((predicted) => {
      const counts = series.get(`${label} ${predicted}`) ?? none;
      const count = counts[index];
      return { label, predicted, count, share: count / (totals.get(label) || 1), series: counts };
    }),
  );
  const wrong = pairs.filter(([label, predicted]) => label !== predicted);
  const shown = new Set(classes);
  const hidden = wrong.filter((pair) => !pair.every((each) => shown.has(each)));
  const numUnknown = columns[index].capture.outcome.images.length - pairs.length;
  return { classes, rows, numImages: pairs.length, numWrong: wrong.length, numUnknown, numHidden: hidden.length };
}

/** The classes shown, and of each pair of them the counts by capture. */
const overTimeOf = perObject((/** @type {readonly MapColumn[]} */ columns) => {
  const all = columns.map(({ capture }) => pairsOf(capture.outcome));
  const classes = classesOf(all.flat());
  const shown = new Set(classes);
  /** @type {Map<string, number[]>} */
  const series = new Map();
  all.forEach((pairs, at) => {
    for (const [label, predicted] of pairs) {
      if (!shown.has(label) || !shown.has(predicted)) continue;
      const key = `${label} ${predicted}`;
      const counts = series.get(key) ?? columns.map(() => 0);
      counts[at] += 1;
      series.set(key, counts);
    }
  });
  return { classes, series };
});

/** @typedef {[label: number, predicted: number]} Pair */

/**
 * @param {Outcome} outcome
 * @returns {Pair[]}
 */
const pairsOf = ({ label, prediction }) =>
  label.flatMap((each, i) => {
    const predicted = prediction[i];
    return each === null || predicted === null ? [] : [/** @type {Pair} */ ([each, predicted])];
  });

/**
 * @param {Pair[]} pairs Of all captures.
 * @returns {number[]}
 */
function classesOf(pairs) {
  const classes = [...new Set(pairs.flat())];
  if (classes.length > MAX_CLASSES) {
    const mistakes = countsOf(pairs.flatMap(([a, b]) => (a === b ? [] : [a, b])));
    classes.sort((a, b) => (mistakes.get(b) ?? 0) - (mistakes.get(a) ?? 0) || a - b);
  }
  return classes.slice(0, MAX_CLASSES).sort((a, b) => a - b);
}

/** @param {number[]} values */
function countsOf(values) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
