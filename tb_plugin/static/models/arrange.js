// @ts-check
/**
 * Sorts and filters the rows of a matrix, and puts pinned rows on top.
 *
 * Sorting goes by the newest capture, so that rows stay where they are while time is
 * scrubbed; filtering goes by the present one. Pinned rows are shown whatever is asked.
 * A grid of images shows the present capture alone: there both go by it, and an image
 * has one place, whatever is explained of it.
 */

import { keptOf } from './exemplars.js';
import { changeOf, measure } from './measures.js';
import { forgettingOf } from './mistakes.js';

/** @typedef {import('./patterns.js').PatternModel} PatternModel */
/** @typedef {import('./patterns.js').PatternRow} PatternRow */
/** @typedef {import('./maps.js').MapModel} MapModel */
/** @typedef {import('./maps.js').MapRow} MapRow */
/** @typedef {'all' | 'wrong' | 'unknown' | 'forgotten' | 'flipped' | 'selected'} Only */
/**
 * @typedef {'order' | 'change' | 'objective' | 'status' | 'selectivity' | 'kept' | 'moved' | 'inside'
 *   | 'loss' | 'sure' | 'unsure' | 'forgotten'} SortName
 *
 * @typedef {object} MapFilter
 * @property {number | null} label
 * @property {number | null} predicted
 * @property {string | null} target
 * @property {Only} only
 * @property {readonly string[]} selected Images.
 */

/**
 * @param {PatternModel} model
 * @param {SortName} sort
 * @param {readonly string[]} statuses None: of all.
 * @param {readonly string[]} pins
 * @param {number} index Of the present column.
 * @returns {PatternModel}
 */
export function arrangedPatterns(model, sort, statuses, pins, index) {
  const newest = model.columns.at(-1);
  const now = model.columns[index];
  if (!newest || !now) return model;
  /** @param {PatternRow} row */
  const isAsked = (row) => !statuses.length || statuses.includes(model.cell(row, now)?.status ?? '');
  /** @type {Partial<Record<SortName, (row: PatternRow) => number>>} */
  const ranks = {
    change: (row) => -(changeOf(model.cell(row, newest)?.measures, 'baseline') ?? -1),
    objective: (row) => -(model.cell(row, newest)?.objective ?? -Infinity),
    selectivity: (row) => -(selectivityOf(model, row, newest) ?? -1),
    kept: (row) => keptOf(model, row, now) ?? 2,
    status: (row) => (model.cell(row, newest)?.status === 'live' ? 1 : 0),
  };
  return { ...model, rows: arranged(model.allRows, isAsked, ranks[sort], pins) };
}

/**
 * @param {PatternModel} model
 * @param {PatternRow} row
 * @param {import('./patterns.js').PatternColumn} column
 */
const selectivityOf = (model, row, column) =>
  measure(model.latest(row, column)?.cell.measures ?? [], 'class_selectivity');

/**
 * @param {MapModel} model
 * @param {SortName} sort
 * @param {MapFilter} filter
 * @param {readonly string[]} pins
 * @param {number} index Of the present column.
 * @param {'strip' | 'grid'} [show]
 * @returns {MapModel}
 */
export function arrangedMaps(model, sort, filter, pins, index, show = 'strip') {
  const now = model.columns[index];
  const by = show === 'grid' ? now : model.columns.at(-1);
  if (!by || !now) return model;
  const isAsked = (/** @type {MapRow} */ row) => isRowAsked(model, row, now, filter);
  const rank = ranksOfMaps(model, by)[sort];
  if (show === 'grid') {
    const asked = arranged(model.allRows, isAsked, rank, pins);
    return { ...model, rows: [...new Map(asked.map((row) => [row.hash, firstOf(model, row, filter)])).values()] };
  }
  const means = model.meanRows.filter(
    ({ meanClass }) => filter.label === null || meanClass === filter.label,
  );
  return { ...model, rows: [...arranged(model.allRows, isAsked, rank, pins), ...means] };
}

/**
 * @param {MapModel} model
 * @param {MapRow} row
 * @param {MapFilter} filter
 */
const firstOf = (model, row, { target }) => (target === null ? model.rowsOfImage(row)[0] : row);

/**
 * @param {MapModel} model
 * @param {import('./maps.js').MapColumn} by
 * @returns {Partial<Record<SortName, (row: MapRow) => number>>} Small numbers come first.
 */
const ranksOfMaps = (model, by) => ({
  change: (row) => -(changeOf(model.cell(row, by)?.measures, 'baseline') ?? -1),
  moved: (row) => -(measure(model.cell(row, by)?.measures ?? [], 'centre_shift_baseline') ?? -1),
  inside: (row) => measure(model.cell(row, by)?.measures ?? [], 'energy_inside') ?? 2,
  loss: (row) => -(model.cell(row, by)?.loss ?? -1),
  sure: (row) => -(model.cell(row, by)?.value ?? -Infinity),
  unsure: (row) => model.cell(row, by)?.value ?? Infinity,
  forgotten(row) {
    const { isForgotten, count } = forgettingOf(model.columns, row, by.index);
    return -(isForgotten ? model.columns.length : 0) - count;
  },
});

/**
 * @param {MapModel} model
 * @param {MapRow} row
 * @param {import('./maps.js').MapColumn} now
 * @param {MapFilter} filter
 */
function isRowAsked(model, row, now, filter) {
  const cell = model.cell(row, now);
  return isOfClasses(model, row, cell, filter) && IS_ONLY[filter.only]({ model, row, now, cell, selected: filter.selected });
}

/**
 * @param {MapModel} model
 * @param {MapRow} row
 * @param {import('./maps.js').MapCell | null} cell The present one.
 * @param {MapFilter} filter
 */
function isOfClasses(model, row, cell, { label, predicted, target }) {
  if (target !== null && row.target !== target) return false;
  if (label !== null && (cell ?? model.lastCell(row))?.label !== label) return false;
  return predicted === null || cell?.prediction === predicted;
}

/**
 * @typedef {object} Seen A row at the present capture.
 * @property {MapModel} model
 * @property {MapRow} row
 * @property {import('./maps.js').MapColumn} now
 * @property {import('./maps.js').MapCell | null} cell
 * @property {readonly string[]} selected
 */

/** @type {Readonly<Record<Only, (seen: Seen) => boolean>>} */
const IS_ONLY = {
  all: () => true,
  wrong: ({ cell }) => cell?.correct === false,
  unknown: ({ cell }) => cell?.correct === null,
  forgotten: ({ model, row, now }) => forgettingOf(model.columns, row, now.index).isForgotten,
  flipped: ({ model, row }) => model.hasFlipped(row),
  selected: ({ row, selected }) => selected.includes(row.image),
};

/**
 * How many rows, or images in a grid, each choice of `only` would show.
 * @param {MapModel} model
 * @param {import('./maps.js').MapColumn} now
 * @param {MapFilter} filter
 * @param {'strip' | 'grid'} show
 * @returns {Record<Only, number>}
 */
export function onlyCounts(model, now, filter, show) {
  const choices = /** @type {Only[]} */ (Object.keys(IS_ONLY));
  const found = choices.map(() => /** @type {Set<string>} */ (new Set()));
  for (const row of model.allRows) {
    const cell = model.cell(row, now);
    if (!isOfClasses(model, row, cell, filter)) continue;
    const seen = { model, row, now, cell, selected: filter.selected };
    choices.forEach((only, i) => IS_ONLY[only](seen) && found[i].add(show === 'grid' ? row.hash : row.key));
  }
  return /** @type {Record<Only, number>} */ (Object.fromEntries(choices.map((only, i) => [only, found[i].size])));
}

/**
 * @template {{key: string}} R
 * @param {R[]} rows
 * @param {(row: R) => boolean} isAsked
 * @param {((row: R) => number) | undefined} rank
 * @param {readonly string[]} pins
 * @returns {R[]}
 */
function arranged(rows, isAsked, rank, pins) {
  const asked = rows.filter(isAsked);
  const ranked = rank ? asked.map((row) => ({ row, at: rank(row) })) : null;
  const sorted = ranked?.sort((a, b) => a.at - b.at).map(({ row }) => row) ?? asked;
  if (!pins.length) return sorted;
  const pinned = rows.filter((row) => pins.includes(row.key));
  return [...pinned, ...sorted.filter((row) => !pins.includes(row.key))];
}
