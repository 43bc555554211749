// @ts-check
/**
 * The rows and columns of Compare: under each filter or image a line per run, each
 * column a moment that the runs have in common.
 *
 * By epoch a column is one epoch; a run without a capture then has a gap. By step or
 * time the columns are those of the first run, and the last capture of another run by
 * then stands beside; past its end come the columns of the others.
 */

import { indexAt } from './axis.js';

/** @typedef {'epoch' | 'step' | 'time'} Axis What columns have in common. */
/** @typedef {import('./axis.js').Tick} Tick */
/** @typedef {{key: string}} AnyRow */
/** @typedef {{index: number, step: number, tick: Tick}} AnyColumn */
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
 * @property {AnyRow} base The row of the first run.
 * @property {number} lane
 */

/**
 * @template {AnyColumn} C
 * @param {Lane<C>[]} lanes
 * @param {Axis} axis
 * @returns {CompareColumn[]}
 */
export function compareColumns(lanes, axis) {
  const positions = lanes.map(({ columns }) => columns.map((column) => positionOf(column.tick, columns[0].tick, axis)));
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
 * @template {AnyRow} R
 * @param {R[]} rows Of the first run.
 * @param {number} numLanes
 * @returns {CompareRow[]}
 */
export const compareRows = (rows, numLanes) =>
  rows.flatMap((base) =>
    Array.from({ length: numLanes }, (_, lane) => ({ key: `${lane} ${base.key}`, base, lane })),
  );

/**
 * @param {Tick} tick
 * @param {Tick} first Of the run.
 * @param {Axis} axis
 */
function positionOf(tick, first, axis) {
  if (axis === 'step') return tick.step;
  if (axis === 'time') return tick.wallTime - first.wallTime;
  return tick.batch ? tick.epoch + 1 - 1 / (1 + tick.batch) : tick.epoch;
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
