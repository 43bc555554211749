// @ts-check
/** Which captures a film strip shows, and where: all, or as many as fit its width. */

import { indexAt } from '../models/axis.js';
import { courseOf, spread } from '../models/spread.js';
import { presentPlace } from './lanes.js';
import { capacityOf, layout } from './layout.js';
import { columnIndex, versusIndex } from './select.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./select.js').AnyModel} AnyModel */
/** @typedef {import('./lanes.js').CompareModel} CompareModel */
/** @typedef {import('../models/spread.js').Timed} Timed */

/**
 * @template C
 * @typedef {object} Strip
 * @property {C[]} columns
 * @property {import('./layout.js').Layout} layout
 * @property {number} current Place of the present capture among them.
 * @property {number} versus Of the one compared with; -1 if none is.
 * @property {boolean} isFitted Whether captures between them are not shown.
 */

/**
 * @template {{columns: Timed[], rows: {key: string}[], steps: number[]}} M
 * @param {State} state
 * @param {M} model
 * @returns {Strip<M['columns'][number]>}
 */
export function strip(state, model) {
  const of = /** @type {AnyModel & M} */ (/** @type {unknown} */ (model));
  return stripOf(state, model, courseOf(model.columns), columnIndex(state, of), versusIndex(state, of));
}

/**
 * The same of several runs beside each other.
 * @param {State} state
 * @param {CompareModel} model
 * @returns {Strip<CompareModel['columns'][number]>}
 */
export const compareStrip = (state, model) =>
  stripOf(state, model, model.course, presentPlace(state, model), -1);

/**
 * The captures of the range that is chosen. Where they do not fit, those at which most
 * happened stand for the others; the present one and the one compared with are always
 * there, and so are the two between which a value stopped being finite.
 * @template C
 * @param {State} state
 * @param {{columns: C[], rows: unknown[], steps: number[]}} model
 * @param {import('../models/spread.js').Course} course
 * @param {number} now Index of the present column.
 * @param {number} versus
 * @returns {Strip<C>}
 */
function stripOf(state, model, course, now, versus) {
  const [from, to] = rangeOf(state, model.steps);
  const isInRange = (/** @type {number} */ i) => i >= from && i <= to;
  const numInRange = to - from + 1;
  const { fitting } = capacityOf(state);
  const isFitted = state.columns === 'fit' && isLong(state, numInRange);
  const numAlways = versus < 0 ? 1 : 2; // the present one, and the one compared with
  const room = Math.max(MIN_FITTED, fitting - numAlways);
  const changes = course.changes.slice(from, to + 1);
  const events = course.events.filter(isInRange).map((i) => i - from);
  const breaks = course.breaks.filter((each) => each.every(isInRange)).map((each) => placed(each, from));
  const chosen = (isFitted ? spread(changes, room, { events, breaks }) : changes.map((_, i) => i)).map((i) => from + i);
  const always = [now, versus].filter((i) => i >= 0 && !chosen.includes(i));
  const shown = [...chosen, ...always].sort((a, b) => a - b);
  const numColumns = isFitted ? Math.min(room + numAlways, model.columns.length) : shown.length;
  return {
    columns: shown.map((i) => model.columns[i]),
    layout: layout(state, { numRows: model.rows.length, numColumns, numShown: shown.length }),
    current: shown.indexOf(now),
    versus: shown.indexOf(versus),
    isFitted,
  };
}

const MIN_FITTED = 4;

/**
 * Whether a film strip has no room for so many captures.
 * @param {State} state
 * @param {number} count
 */
const isLong = (state, count) => count > Math.max(MIN_FITTED, capacityOf(state).least);

/**
 * How many captures there would be to show where a film strip has no room for all of the
 * range; 0 where it has.
 * @param {State} state
 * @param {{steps: readonly number[]}} model
 */
export function numTooMany(state, { steps }) {
  const [from, to] = rangeOf(state, steps);
  const count = to - from + 1;
  return isLong(state, count) ? count : 0;
}

/**
 * @param {import('../models/spread.js').Break} at
 * @param {number} from First capture of the range.
 * @returns {import('../models/spread.js').Break}
 */
const placed = ([before, after], from) => [before - from, after - from];

/**
 * The first and the last capture of the range that is chosen.
 * @param {Pick<State, 'from' | 'to'>} state
 * @param {readonly number[]} steps
 * @returns {[number, number]}
 */
export function rangeOf({ from, to }, steps) {
  const first = from === null ? 0 : Math.max(0, steps.indexOf(steps[indexAt(steps, from)])); // of several alike
  return [first, Math.max(first, to === null ? steps.length - 1 : indexAt(steps, to))];
}
