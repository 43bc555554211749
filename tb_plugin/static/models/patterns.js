// @ts-check
/** The model of the Filters view: filters by captures. */

import { columnsOf } from './axis.js';

/** @typedef {import('./axis.js').Tick} Tick */
/** @typedef {import('../api/types.js').LayerAnswer} LayerAnswer */
/** @typedef {import('../api/types.js').PatternCapture} PatternCapture */
/** @typedef {import('../api/types.js').Sheet} Sheet */
/** @typedef {import('./axis.js').Column<PatternCapture>} PatternColumn */

/**
 * @typedef {object} Rect Pixels of a sheet.
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 *
 * @typedef {object} PatternRow
 * @property {string} key The filter's index, as text.
 * @property {number} filter
 *
 * @typedef {object} PatternCell
 * @property {number | null} objective
 * @property {string} status
 * @property {string} origin
 * @property {number | null} originStep
 * @property {Rect} rect
 * @property {[string, number | null][]} measures
 *
 * @typedef {{cell: PatternCell, column: PatternColumn}} Latest
 *
 * @typedef {object} PatternModel
 * @property {PatternColumn[]} columns
 * @property {number[]} steps Of the columns.
 * @property {PatternRow[]} rows As they are shown.
 * @property {PatternRow[]} allRows In the order of the newest capture.
 * @property {(row: PatternRow, column: PatternColumn) => PatternCell | null} cell
 *   Null where the capture did not draw the filter.
 * @property {(row: PatternRow, column: PatternColumn) => Latest | null} latest The newest
 *   picture of the filter by then; null where there is none.
 * @property {(index: number) => number[]} drawnBy Indices of the columns whose pictures
 *   show all filters at a column.
 * @property {(row: PatternRow) => (number | null)[]} series The objective over time; the
 *   same array every time.
 */

/**
 * @param {LayerAnswer} answer
 * @param {readonly Tick[]} ticks
 * @returns {PatternModel}
 */
export function patternModel(answer, ticks) {
  /** @type {PatternColumn[]} */
  const columns = columnsOf(answer, ticks, sheetCost);
  const places = columns.map(
    ({ capture }) => new Map(capture.record.filters.map((filter, i) => [filter, i])),
  );
  // The fullest captures first: one that could not afford all filters has them in disorder.
  const fullest = columns
    .toReversed()
    .sort((a, b) => b.capture.record.filters.length - a.capture.record.filters.length);
  const names = new Set(fullest.flatMap(({ capture }) => capture.record.filters));
  const rows = [...names].map((filter) => ({ key: String(filter), filter }));
  /** @type {Map<number, (number | null)[]>} */
  const known = new Map();
  /** @param {number} filter */
  const series = (filter) =>
    columns.map(({ capture: { record } }, i) => {
      const place = places[i].get(filter) ?? -1;
      return record.status[place] === NOT_FINITE ? null : (record.objective[place] ?? null);
    });
  const latestOf = newestBy(places, rows.length);
  return {
    columns,
    steps: columns.map((column) => column.step),
    rows,
    allRows: rows,
    cell(row, column) {
      const place = places[column.index].get(row.filter);
      return place === undefined ? null : cellAt(column.capture, place);
    },
    latest(row, { index }) {
      const at = latestOf(index).get(row.filter);
      const cell = at === undefined ? null : this.cell(row, columns[at]);
      return cell && at !== undefined ? { cell, column: columns[at] } : null;
    },
    drawnBy: (index) => [...new Set(latestOf(index).values())],
    series({ filter }) {
      const found = known.get(filter) ?? series(filter);
      known.set(filter, found);
      return found;
    },
  };
}

/**
 * By column, filter by filter, the index of the newest column that drew it. A column
 * that drew all is its own.
 * @param {Map<number, number>[]} places Of the filters in each column.
 * @param {number} count Of all filters.
 */
function newestBy(places, count) {
  /** @type {Map<number, number>[]} */
  const known = [];
  return (/** @type {number} */ index) => {
    for (let at = known.length; at <= index; at += 1) {
      const before = places[at].size < count ? (known[at - 1] ?? []) : [];
      known.push(new Map([...before, ...[...places[at].keys()].map((filter) => /** @type {const} */ ([filter, at]))]));
    }
    return known[index];
  };
}

/**
 * How many filters of a capture have each status.
 * @param {PatternColumn} column
 * @returns {[string, number][]}
 */
export function statusCounts(column) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const status of column.capture.record.status) {
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]);
}

/**
 * @param {PatternCapture} capture
 * @param {number} place
 * @returns {PatternCell}
 */
function cellAt({ record }, place) {
  return {
    objective: record.objective[place],
    status: record.status[place],
    origin: record.origin[place],
    originStep: record.origin_step[place],
    rect: rectOf(record.sheet, place),
    measures: Object.entries(record.measures).map(([name, values]) => [name, values[place]]),
  };
}

/**
 * @param {Sheet} sheet
 * @param {number} place
 * @returns {Rect}
 */
export function rectOf(sheet, place) {
  const columns = Math.max(1, sheet.columns);
  return {
    x: (place % columns) * sheet.tile_width,
    y: Math.floor(place / columns) * sheet.tile_height,
    width: sheet.picture_width,
    height: sheet.picture_height,
  };
}

/** The status of a filter that has no pattern, no activations and no exemplars. */
export const NOT_FINITE = 'not_finite';

/** @param {PatternCapture} capture */
function sheetCost({ record: { sheet, filters } }) {
  const rows = Math.ceil(filters.length / Math.max(1, sheet.columns));
  return 4 * sheet.columns * sheet.tile_width * rows * sheet.tile_height;
}
