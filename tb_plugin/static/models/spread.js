// @ts-check
/**
 * Chooses the captures of a film strip that has no room for all.
 *
 * Half of the choice goes by time on a logarithmic scale, as early captures differ more;
 * half goes by how much the pictures changed. Between two captures next to each other in
 * the strip lies about the same of both. Captures at which something happened (a layer
 * was unfrozen, a new fit began) come before all others, and the two between which a value
 * stopped being finite before these.
 */

import { changeOf } from './measures.js';
import { perObject } from './memo.js';
import { NOT_FINITE } from './patterns.js';

/**
 * @typedef {{capture: import('../api/types.js').PatternCapture | import('../api/types.js').MapCapture}} Measured
 * @typedef {[before: number, after: number]} Break Indices of captures: a value was finite in
 *   the first of them and no longer in the second.
 */

/**
 * @typedef {object} Course What happened along columns.
 * @property {readonly number[]} changes Of the pictures, since the column before.
 * @property {readonly number[]} events Ascending indices at which something happened.
 * @property {readonly Break[]} breaks
 */

/** @typedef {Measured & {tick: import('./axis.js').Tick}} Timed */

/** The same every time. */
export const courseOf = perObject((/** @type {readonly Timed[]} */ columns) => ({
  changes: changesOf(columns),
  events: columns.flatMap(({ tick }, i) => (tick.event || tick.earlier.length ? [i] : [])),
  breaks: breaksOf(columns),
}));

/**
 * How much the pictures changed since the capture before, the mean of all that have a
 * number; 0 where none has one.
 * @param {readonly Measured[]} columns
 */
export const changesOf = (columns) => columns.map(({ capture }) => meanChange(capture.record.measures));

/** @param {import('../api/types.js').MeasureColumns} measures */
function meanChange(measures) {
  const name = Object.keys(measures).find((each) => changeOf([[each, 0]], 'previous') !== null);
  const values = (name ? measures[name] : []).filter((value) => value !== null);
  const changes = values.map((value) => Math.max(0, 1 - value));
  return changes.length ? changes.reduce((a, b) => a + b, 0) / changes.length : 0;
}

/**
 * Where pictures or outputs became NaN or infinite: first where most did.
 *
 * A capture may have drawn a part of the filters: the capture before is the newest one that
 * drew the filter.
 * @param {readonly Measured[]} columns
 */
export function breaksOf(columns) {
  /** @type {Map<number, {before: number, count: number}>} */
  const found = new Map();
  if (!columns.some(({ capture }) => isBroken(capture))) return [];
  /** @type {Map<string, Map<string | number, number>>} Where each value was last seen finite. */
  const finite = new Map();
  columns.forEach(({ capture }, at) => {
    visit(capture, (group, name, isFinite) => {
      const last = finite.get(group) ?? new Map();
      finite.set(group, last);
      if (isFinite) last.set(name, at);
      else if (last.has(name)) {
        const { before, count } = found.get(at) ?? { before: 0, count: 0 };
        found.set(at, { before: Math.max(before, last.get(name)), count: count + 1 });
        last.delete(name);
      }
    });
  });
  const sorted = [...found].sort(([, a], [, b]) => b.count - a.count);
  return sorted.map(([after, { before }]) => /** @type {Break} */ ([before, after]));
}

/** @param {Measured['capture']} capture */
const isBroken = ({ record, outcome }) =>
  record.status.includes(NOT_FINITE) || (outcome?.value.includes(null) ?? false);

/**
 * Visits what is drawn in a capture and what the model predicts there.
 * @param {Measured['capture']} capture
 * @param {(group: string, name: string | number, isFinite: boolean) => void} visitor
 */
function visit({ record, outcome }, visitor) {
  const isDrawn = (/** @type {number} */ place) => record.status[place] !== NOT_FINITE;
  if ('filters' in record) record.filters.forEach((filter, i) => visitor('filter', filter, isDrawn(i)));
  if (!outcome) return;
  const { images, value, row_image: rows, row_target: targets } = outcome;
  images.forEach((hash, i) => visitor('', hash, value[i] !== null));
  rows.forEach((image, i) => visitor(targets[i], images[image], isDrawn(i)));
}

/**
 * @param {readonly number[]} changes Of each capture since the one before.
 * @param {number} count At least four.
 * @param {{events?: readonly number[], breaks?: readonly Break[]}} [special] Events: ascending
 *   indices of captures at which something happened, as many as take a third of the room.
 *   Breaks come before these: the first one always, others within half of the room.
 * @returns {number[]} Ascending indices: the first, the last, and `count` in all, or all
 *   captures where there are no more.
 */
export function spread(changes, count, { events = [], breaks = [] } = {}) {
  const last = changes.length - 1;
  if (changes.length <= count) return changes.map((_, i) => i);
  const way = wayOf(changes);
  const sides = breaks.slice(0, Math.max(1, Math.floor(count / 4))).flat();
  const happened = thinned(events, Math.min(Math.floor(count / 3), count - 2 - sides.length));
  const found = [...new Set([0, ...sides, ...happened, last])].sort((a, b) => a - b);
  while (found.length < count) insertInLargestGap(found, way);
  return found;
}

/**
 * At most `count` of a list, the first among them.
 * @template T
 * @param {readonly T[]} list
 * @param {number} count
 */
const thinned = (list, count) => list.filter((_, i) => (i * count) % list.length < count);

/**
 * How far along the run each capture is, from 0 to 1.
 * @param {readonly number[]} changes
 */
function wayOf(changes) {
  const last = changes.length - 1;
  const total = changes.reduce((sum, each, i) => sum + (i ? each : 0), 0);
  let changed = 0;
  return changes.map((each, i) => {
    changed += i ? each : 0;
    const time = Math.log(i + 1) / Math.log(last + 1);
    return total > 0 ? (time + changed / total) / 2 : time;
  });
}

/**
 * @param {number[]} found Ascending; gains one.
 * @param {number[]} way
 */
function insertInLargestGap(found, way) {
  let best = { at: 0, width: -1 };
  for (let at = 1; at < found.length; at++) {
    const width = way[found[at]] - way[found[at - 1]];
    if (found[at] - found[at - 1] > 1 && width > best.width) best = { at, width };
  }
  const [from, to] = [found[best.at - 1], found[best.at]];
  const half = (way[from] + way[to]) / 2;
  const middle = way.findIndex((each) => each >= half);
  found.splice(best.at, 0, Math.min(to - 1, Math.max(from + 1, middle)));
}
