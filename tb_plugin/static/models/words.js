// @ts-check
/** Writes numbers, names and moments for people. */

const MINUS = '\u2212';
const MAX_NAME = 160;
const TAIL = 60; // letters that stay at the end of a longer name

/**
 * What each status of a filter means; see `PatternLayer` in contract/.
 * @type {Readonly<Record<string, string>>}
 */
export const STATUS_MEANINGS = {
  live: 'its pattern activates it',
  stuck: 'images activate it; optimization found no pattern',
  dead: 'no image activates it; optimization found no pattern',
  saturated: 'at its largest on every held-out image',
  unmeasured: 'dead or not optimized: held-out images or finite gradients are missing to decide',
  not_finite: 'its own weights or activations are NaN or infinite',
};

/**
 * What statuses and origins are called, where a record words them otherwise.
 * @type {Readonly<Record<string, string>>}
 */
const LABELS = {
  stuck: 'not optimized',
  unmeasured: 'undetermined',
  fresh: 'computed',
  unchanged: 'reused',
};

/**
 * A number with three significant digits and no trailing zeros.
 * @param {number | null | undefined} value
 */
export function number(value) {
  if (value === null || value === undefined) return 'not finite';
  const size = Math.abs(value);
  const isPlain = size === 0 || (size >= 1e-3 && size < 1e5);
  const text = isPlain ? String(Number(value.toPrecision(3))) : value.toExponential(2);
  return text.replace('-', MINUS);
}

/**
 * @param {number | null} share In [0, 1].
 * @param {string} [unit]
 */
export const percent = (share, unit = '%') =>
  share === null ? 'not finite' : `${Math.round(100 * share)}${unit}`;

/**
 * How bright a heatmap is where it is brightest: a faint one is no weak picture, but little
 * evidence. Empty where that is not known.
 * @param {number | null} maximum Of the heatmap.
 * @param {number} top The image's largest value in the run.
 */
export function shareOfScale(maximum, top) {
  if (maximum === null || top <= 0) return '';
  const share = maximum / top;
  return share > 0 && share < 0.01 ? '<1%' : percent(share);
}

/**
 * The output of a model: a probability in percent, anything else as it is.
 * @param {number | null | undefined} value
 * @param {string} kind As in an `Outcome`.
 */
export const output = (value, kind) =>
  kind === 'probability' ? percent(value ?? null) : number(value);

/**
 * @param {readonly string[]} names
 * @param {number | null} index
 */
export function className(names, index) {
  if (index === null) return '';
  return name(names[index] ?? `class ${index}`);
}

/**
 * The detection that is explained: its class and confidence; empty if it is none.
 * @param {{confidence: number | null, targetClass: number | null}} cell
 * @param {readonly string[]} names
 */
export const detection = ({ confidence, targetClass }, names) =>
  confidence === null ? '' : `detection: ${className(names, targetClass)} ${percent(confidence)}`;

/**
 * A name from a log, cut in the middle where it is too long for the page: layers differ at
 * their ends.
 * @param {string} text
 */
export const name = (text) =>
  text.length > MAX_NAME ? `${text.slice(0, MAX_NAME - TAIL)}…${text.slice(-TAIL)}` : text;

/**
 * An identifier as words: `no_evidence` → `no evidence`, `stuck` → `not optimized`.
 * @param {string} text
 */
export const spelled = (text) =>
  name(Object.hasOwn(LABELS, text) ? LABELS[text] : text.replaceAll('_', ' '));

/**
 * When a capture was, short: `baseline`, `epoch 4`, `epoch 4+50`.
 * @param {{label: string}} tick
 */
export const momentOf = ({ label }) => (label === 'base' ? 'baseline' : `epoch ${label}`);

/**
 * How a picture came about: `computed`, `reused from step 50`.
 * @param {string} origin
 * @param {number | null} step
 */
export const drawnHow = (origin, step) =>
  step === null ? spelled(origin) : `${spelled(origin)} from step ${step}`;

/**
 * @param {number} count
 * @param {string} noun
 * @param {string} [plural]
 */
export const counted = (count, noun, plural = `${noun}s`) =>
  `${count} ${count === 1 ? noun : plural}`;

const EDGES = ['left', 'top', 'right', 'bottom'];

/**
 * Where a box lies in an image.
 * @param {readonly number[]} box Left, upper, right and lower edge, in fractions of it.
 */
export const edges = (box) => EDGES.map((side, i) => `${side} ${percent(box[i])}`).join(', ');
