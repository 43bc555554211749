// @ts-check
/**
 * Chooses the captures of a film strip that has no room for all.
 *
 * Half of the choice goes by time on a logarithmic scale, as early captures differ more;
 * half goes by how much the pictures changed. Between two captures next to each other in
 * the strip lies about the same of both. Captures at which something happened (a layer
 * was unfrozen, a new fit began) come before all others.
 */

import { changeOf } from './measures.js';

/** @typedef {{capture: {record: {measures: import('../api/types.js').MeasureColumns}}}} Measured */

/** @type {WeakMap<readonly Measured[], number[]>} */
const known = new WeakMap();

/**
 * How much the pictures changed since the capture before, the mean of all that have a
 * number; 0 where none has one.
 * @param {readonly Measured[]} columns
 */
export function changesOf(columns) {
  const found = known.get(columns) ?? columns.map(({ capture }) => meanChange(capture.record.measures));
  known.set(columns, found);
  return found;
}

/** @param {import('../api/types.js').MeasureColumns} measures */
function meanChange(measures) {
  const name = Object.keys(measures).find((each) => changeOf([[each, 0]], 'previous') !== null);
  const values = (name ? measures[name] : []).filter((value) => value !== null);
  const changes = values.map((value) => Math.max(0, 1 - value));
  return changes.length ? changes.reduce((a, b) => a + b, 0) / changes.length : 0;
}

/**
 * @param {readonly number[]} changes Of each capture since the one before.
 * @param {number} count At least two.
 * @param {readonly number[]} [events] Ascending indices of captures at which something
 *   happened: they come first, as many as take a third of the room.
 * @returns {number[]} Ascending indices: the first, the last, and `count` in all, or all
 *   captures where there are no more.
 */
export function spread(changes, count, events = []) {
  const last = changes.length - 1;
  if (changes.length <= count) return changes.map((_, i) => i);
  const way = wayOf(changes);
  const room = Math.floor(count / 3);
  const told = events.filter((_, i) => (i * room) % events.length < room);
  const found = [...new Set([0, ...told, last])].sort((a, b) => a - b).slice(-count);
  while (found.length < count) insertInLargestGap(found, way);
  return found;
}

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
