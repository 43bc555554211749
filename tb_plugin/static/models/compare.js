// @ts-check
/**
 * The rows and columns of Compare: under each filter or image a line per run, each
 * column a moment that the runs have in common. Filters of runs that began from other
 * weights are paired by what they do on the same images, where the log says so; those
 * without a match stand below, in an order of their own.
 *
 * By epoch a column is one epoch; a run without a capture then has a gap; a fit that counts
 * from 0 again goes on where the one before ended. By step or time the columns are those of
 * the first run, and the last capture of another run by then stands beside; past its end
 * come the columns of the others.
 */

import { indexAt } from './axis.js';
import { REWRITTEN } from './exemplars.js';
import { courseOf } from './spread.js';

/** @typedef {'epoch' | 'step' | 'time'} Axis What columns have in common. */
/** @typedef {import('./axis.js').Tick} Tick */
/** @typedef {import('./patterns.js').PatternModel} PatternModel */
/** @typedef {{key: string}} AnyRow */
/** @typedef {{index: number, step: number, tick: Tick}} AnyColumn */
/** @typedef {Map<string, {key: string, correlation: number}>} Matches By the key of a row of
 *   the first run, the row of another that matches it. */
/**
 * @template {AnyColumn} C
 * @typedef {{run: string, columns: C[]}} Lane One run, as it is compared.
 */
/**
 * @typedef {object} CompareColumn
 * @property {number} index
 * @property {number} step Of the first run, where it has one by then.
 * @property {Tick} tick Whose label is the moment on the axis chosen.
 * @property {number[]} of Index of each lane's column; -1 for none.
 *
 * @typedef {object} CompareRow
 * @property {string} key
 * @property {AnyRow} base The row of the first run; of the lane's own run where it is not
 *   paired.
 * @property {number} lane
 * @property {number | null} correlation With the row of the first run that it stands under,
 *   by responses; null where it is paired by index, or not at all.
 */

/**
 * @template {AnyColumn} C
 * @param {Lane<C>[]} lanes
 * @param {Axis} axis
 * @returns {CompareColumn[]}
 */
export function compareColumns(lanes, axis) {
  const positions = lanes.map(({ columns }) => positionsOf(columns.map(({ tick }) => tick), axis));
  const all = axis === 'epoch' ? union(positions) : extended(positions);
  return all.map((at, index) => {
    const of = positions.map((each) => (axis === 'epoch' ? each.indexOf(at) : lastBy(each, at)));
    const lane = of.findIndex((i) => i >= 0);
    const column = lanes[lane].columns[of[lane]];
    const first = lanes[0].columns[indexAt(positions[0], at)] ?? column;
    return { index, step: first.step, tick: labelled(column.tick, at, axis), of };
  });
}

/**
 * What happened along the columns in any of the runs. What happened to a run between two
 * columns is said of the later one.
 * @param {(readonly import('./spread.js').Timed[])[]} lanes Their columns.
 * @param {readonly CompareColumn[]} columns
 * @returns {import('./spread.js').Course}
 */
export function compareCourse(lanes, columns) {
  const changes = columns.map(() => 0);
  const courses = lanes.map((lane, at) => ({ ...courseOf(lane), places: placesIn(columns, at, lane.length) }));
  for (const { changes: own, places } of courses) {
    places.forEach((place, i) => place in changes && (changes[place] += own[i]));
  }
  const events = new Set(courses.flatMap(({ events: own, places }) => own.map((i) => places[i])));
  const breaks = courses.flatMap(({ breaks: own, places }) =>
    own.map(([before, after]) => /** @type {[number, number]} */ ([Math.min(places[before], places[after] - 1), places[after]])),
  );
  return {
    changes,
    events: [...events].filter((place) => place in changes).sort((a, b) => a - b),
    breaks: breaks.filter((each) => each.every((place) => place in changes)),
  };
}

/**
 * The first column at or after each capture of a run; beyond the last where there is none.
 * @param {readonly CompareColumn[]} columns
 * @param {number} lane
 * @param {number} count Of the captures.
 */
function placesIn(columns, lane, count) {
  let at = 0;
  return Array.from({ length: count }, (_, i) => {
    while (at < columns.length && columns[at].of[lane] < i) at += 1;
    return at;
  });
}

/**
 * Paired runs line by line under each row of the first; below, each other run with rows of
 * its own that match none.
 * @param {{rows: AnyRow[], isPaired: boolean, matches?: Matches}[]} lanes The first is paired.
 * @returns {CompareRow[]}
 */
export function compareRows(lanes) {
  const rowOf = (/** @type {AnyRow} */ base, /** @type {number} */ lane, correlation = /** @type {number | null} */ (null)) => ({
    key: `${lane} ${base.key}`,
    base,
    lane,
    correlation,
  });
  const byKey = lanes.map(({ rows }) => new Map(rows.map((row) => [row.key, row])));
  /** @type {Set<string>} */
  const placed = new Set();
  /**
   * @param {AnyRow} base
   * @param {number} lane
   */
  function matched(base, lane) {
    const match = lanes[lane].matches?.get(base.key);
    const row = match && byKey[lane].get(match.key);
    if (!match || !row) return [];
    placed.add(`${lane} ${row.key}`);
    return [rowOf(row, lane, match.correlation)];
  }
  const numbers = lanes.map((_, lane) => lane);
  const paired = numbers.filter((lane) => lanes[lane].isPaired);
  const apart = numbers.filter((lane) => !lanes[lane].isPaired);
  const together = lanes[0].rows.flatMap((base) => [
    ...paired.map((lane) => rowOf(base, lane)),
    ...apart.flatMap((lane) => matched(base, lane)),
  ]);
  const rest = apart.flatMap((lane) => lanes[lane].rows.map((base) => rowOf(base, lane)));
  return [...together, ...rest.filter(({ key }) => !placed.has(key))];
}

/**
 * The filters of another run that respond as those of the first do: pairs above chance, and
 * above what would be called rewritten within a run.
 * @param {import('../api/types.js').LineageAnswer | null | undefined} answer
 * @returns {Matches}
 */
export function matchesOf(answer) {
  const least = Math.max(REWRITTEN, answer?.chance ?? Infinity);
  return new Map(
    (answer?.pairs ?? []).flatMap(({ filter, other, correlation }) =>
      correlation !== null && correlation > least ? [[String(filter), { key: String(other), correlation }]] : [],
    ),
  );
}

const SAME_OBJECTIVE = 1e-3; // relative: other hardware rounds otherwise
const FEWEST = 2;

/**
 * Whether two runs began a layer with the same weights, as far as a log says so: the
 * patterns of their baselines reach the same objectives by the same method. Channels are in
 * another order after every initialization; without this, filter 3 of one run has nothing
 * to do with filter 3 of another.
 * @param {PatternModel} own
 * @param {PatternModel} other
 */
export function sharesBaseline(own, other) {
  const [a, b] = [own, other].map(({ columns }) => columns[0]);
  if (a?.tick.event !== 'baseline' || b?.tick.event !== 'baseline') return false;
  const [recordA, recordB] = [a.capture.record, b.capture.record];
  if (recordA.preset !== recordB.preset || recordA.path !== recordB.path) return false;
  const [inA, inB] = [recordA, recordB].map(objectives);
  const pairs = [...inA].flatMap(([filter, value]) => {
    const found = inB.get(filter);
    return found === undefined ? [] : [[value, found]];
  });
  const isSame = pairs.every(([x, y]) => Math.abs(x - y) <= SAME_OBJECTIVE * Math.max(Math.abs(x), Math.abs(y)));
  // Where no filter is live all objectives are zero, which says nothing.
  return isSame && new Set(pairs.map(([x]) => x)).size >= FEWEST;
}

/** @param {import('../api/types.js').PatternLayer} record */
const objectives = ({ filters, objective }) =>
  new Map(
    filters.flatMap((filter, i) => {
      const value = objective[i];
      return value === null ? [] : [/** @type {[number, number]} */ ([filter, value])];
    }),
  );

/**
 * @param {readonly Tick[]} ticks Of a run.
 * @param {Axis} axis
 */
function positionsOf(ticks, axis) {
  if (axis === 'step') return ticks.map(({ step }) => step);
  if (axis === 'time') return ticks.map(({ wallTime }) => wallTime - ticks[0].wallTime);
  let [earlier, last] = [0, 0]; // epochs of earlier fits, and those until the capture before
  return ticks.map(({ epoch, batch, fit }, i) => {
    const own = batch ? epoch + 1 - 1 / (1 + batch) : epoch;
    if (i && fit > ticks[i - 1].fit && earlier + own < last) earlier = last;
    last = earlier + own;
    return last;
  });
}

/** @param {number[][]} positions */
const union = (positions) => [...new Set(positions.flat())].sort((a, b) => a - b);

/** @param {number[][]} positions */
function extended([first, ...others]) {
  const end = first.at(-1) ?? -Infinity;
  return [...first, ...union(others).filter((at) => at > end)];
}

/**
 * @param {number[]} positions
 * @param {number} at
 */
const lastBy = (positions, at) => (positions.length && positions[0] <= at ? indexAt(positions, at) : -1);

/**
 * @param {Tick} tick
 * @param {number} at
 * @param {Axis} axis
 * @returns {Tick}
 */
function labelled(tick, at, axis) {
  if (axis === 'epoch' || tick.label === 'base') return tick;
  return { ...tick, label: axis === 'step' ? String(at) : duration(at) };
}

/** @param {number} seconds */
function duration(seconds) {
  if (seconds < 100) return `${Math.round(seconds)} s`;
  return seconds < 6000 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
