// @ts-check
/** The pictures that have to be fetched to show the state, the most needed first. */

import { indexAt } from '../models/axis.js';
import { cropsKey } from '../models/exemplars.js';
import { meansKey } from '../models/mean_rows.js';
import { compared, lanePath, otherModel } from './lanes.js';
import { cellsShown, columnIndex, isLineageShown, maps, patterns, versusIndex } from './select.js';
import { isGrid, kindOf } from './state.js';
import { compareStrip, strip } from './strip.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('../models/axis.js').PictureKey} PictureKey */

const MARGIN = 24; // columns on each side: half a page is turned at once

/**
 * The pictures that the view needs, the most needed first: the present one, the one
 * compared with, those in sight, those ahead, those behind.
 * @param {State} state
 * @returns {PictureKey[]}
 */
export function wantedPictures(state) {
  const shown = patterns(state) ?? maps(state);
  return shown ? distinct(indicesOf(state, shown).map((i) => shown.columns[i]?.picture ?? null)) : [];
}

/**
 * The mean heatmaps of the same captures.
 * @param {State} state
 * @returns {PictureKey[]}
 */
export function wantedMeans(state) {
  const shown = maps(state);
  if (!shown) return [];
  const columns = indicesOf(state, shown).flatMap((i) => shown.columns[i] ?? []);
  return distinct(columns.map(meansKey));
}

/**
 * The crops of the same captures' exemplars; of the present one alone where the cells
 * show none.
 * @param {State} state
 * @returns {PictureKey[]}
 */
export function wantedCrops(state) {
  const shown = patterns(state);
  if (!shown) return [];
  const indices = indicesOf(state, shown);
  const isOpen = state.item.filter_patterns !== null;
  const seen = cellsShown(state) === 'pattern' ? indices.slice(0, isOpen ? 1 : 0) : indices;
  return distinct(seen.flatMap((i) => shown.columns[i] ?? []).map(cropsKey));
}

/**
 * Pictures of the compared runs, by run and layer.
 * @param {State} state
 * @returns {{run: string, path: string | null, keys: PictureKey[]}[]}
 */
export function wantedOthers(state) {
  const model = state.view === 'compare' ? compared(state) : null;
  const shown = model && compareStrip(state, model);
  const seen = shown ? shown.columns.slice(...shown.layout.columns) : [];
  const lanes = (model?.lanes ?? []).map(({ run, model: lane }, i) => ({
    run,
    path: run === state.run ? state.layer[kindOf(state)] : lanePath(state, run),
    keys: distinct(seen.map(({ of }) => lane.columns[of[i]]?.picture ?? null)),
  }));
  return [...lanes, ...wantedVersus(state)];
}

/** @param {State} state */
function wantedVersus(state) {
  if (state.versusRun === null) return [];
  const { patterns, maps: found } = otherModel(state, state.versusRun);
  const other = patterns ?? found;
  const picture = other?.columns[indexAt(other.steps, state.versus)]?.picture ?? null;
  const path = lanePath(state, state.versusRun);
  return picture ? [{ run: state.versusRun, path, keys: [picture] }] : [];
}

/** @param {(PictureKey | null)[]} keys */
const distinct = (keys) => [
  ...new Map(keys.filter((key) => key !== null).map((key) => [key.key, key])).values(),
];

/**
 * Indices of columns, the most needed first.
 * @param {State} state
 * @param {import('../models/patterns.js').PatternModel | import('../models/maps.js').MapModel} shown
 */
function indicesOf(state, shown) {
  if (!shown.columns.length) return [];
  const current = columnIndex(state, shown);
  const versus = versusIndex(state, shown);
  const first = isLineageShown(state) ? [0] : [];
  const order = [current, versus, ...first, ...seenBy(state, shown, current)];
  return [...new Set(order.flatMap((i) => drawnBy(shown, i)))];
}

/**
 * What is in sight, then what is beside it.
 * @param {State} state
 * @param {import('../models/patterns.js').PatternModel | import('../models/maps.js').MapModel} model
 * @param {number} current
 */
function seenBy(state, model, current) {
  const last = model.columns.length;
  const near = [
    ...range(current + 1, Math.min(last, current + MARGIN)),
    ...range(Math.max(0, current - MARGIN), current).reverse(),
  ];
  if (isGrid(state)) return near;
  const { columns, layout, isFitted } = strip(state, model);
  const [from, to] = layout.columns;
  const indices = columns.map(({ index }) => index);
  const seen = indices.slice(from, to);
  if (isFitted) return [...seen, ...near];
  return [...seen, ...indices.slice(to, to + MARGIN), ...indices.slice(Math.max(0, from - MARGIN), from).reverse()];
}

/**
 * The columns whose pictures are shown at one.
 * @param {import('./select.js').AnyModel} shown
 * @param {number} index
 */
const drawnBy = (shown, index) =>
  (index in shown.columns && shown.drawnBy?.(index)) || [index];

/**
 * @param {number} from
 * @param {number} to
 */
const range = (from, to) => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
