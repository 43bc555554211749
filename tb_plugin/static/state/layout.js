// @ts-check
/**
 * Where the cells of a matrix or a grid lie and which of them can be seen, so that
 * only those are drawn. All in CSS pixels.
 */

import { memo } from '../models/memo.js';
import { cellsShown, gridTargets, isLineageShown, maps, openExemplar, patterns } from './select.js';
import { isGrid } from './state.js';

/** @typedef {import('./select.js').AnyModel} AnyModel */
/** @typedef {import('../api/types.js').HeldOut} HeldOut */
/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Viewport} Viewport */

/** @typedef {{width: number, height: number}} Box */

/**
 * @typedef {object} Layout
 * @property {number} headWidth Of the row heads, which stay at the left.
 * @property {Box} tile
 * @property {number} pitch From one column to the next.
 * @property {number} rowHeight
 * @property {number} width Of everything.
 * @property {number} height Of everything, without the column heads.
 * @property {[number, number]} columns First that is drawn, and first that is not.
 * @property {[number, number]} rows
 */

const MIN_WIDTHS = { pattern: 46, exemplars: 78, both: 120 };
const MIN_IMAGE_WIDTH = 56;
const GAP = 3;
export const ITEM_GAP = 8;
export const PART_GAP = 2;
export const HEAD_HEIGHT = 28;
const MAX_TILE = 200;
const MAX_ITEM = 220;
const FILLED = 0.75; // of the room that items would fill exactly: captions and gaps
const OVERSCAN = 3;

/**
 * The layout of a matrix: tiles as large as lets all columns fit; below a minimum they
 * scroll.
 * @param {object} extent
 * @param {Viewport} extent.viewport
 * @param {number} extent.numColumns
 * @param {number} extent.numRows
 * @param {number} extent.headWidth
 * @param {number} extent.captionHeight What lies under each tile.
 * @param {number} extent.minWidth Of a tile.
 * @param {number} extent.aspect Of the pictures: height to width.
 * @returns {Layout}
 */
export function matrixLayout({ viewport, numColumns, numRows, headWidth, ...shape }) {
  const room = Math.floor((viewport.width - headWidth) / Math.max(1, numColumns)) - GAP;
  const least = leastWidth(shape.minWidth, shape.aspect);
  const tile = boxOf(Math.min(MAX_TILE, Math.max(least, room)), shape.aspect);
  const pitch = tile.width + GAP;
  const rowHeight = tile.height + shape.captionHeight + GAP;
  return {
    headWidth,
    tile,
    pitch,
    rowHeight,
    width: headWidth + numColumns * pitch,
    height: numRows * rowHeight,
    columns: seen(viewport.left, viewport.width - headWidth, pitch, numColumns),
    rows: seen(viewport.top, viewport.height, rowHeight, numRows),
  };
}

/**
 * @typedef {object} Grid
 * @property {Box} tile
 * @property {number} itemWidth Of an item: its pictures side by side.
 * @property {number} perRow
 * @property {number} rowHeight
 * @property {number} height
 * @property {[number, number]} items First that is drawn, and first that is not.
 */

/**
 * The layout of a grid: all items of one capture, in rows.
 * @param {Viewport} viewport
 * @param {number} numItems
 * @param {number} captionHeight
 * @param {number} aspect Of the pictures: height to width.
 * @param {number} [numParts] Pictures of an item, side by side.
 * @returns {Grid}
 */
export function gridLayout(viewport, numItems, captionHeight, aspect, numParts = 1) {
  const least = numItems > 48 ? 72 : numItems > 12 ? 112 : 192;
  const filling = Math.sqrt((viewport.width * viewport.height) / Math.max(1, numItems * numParts)) * FILLED;
  const wanted = Math.max(least, Math.min(192, filling));
  const gaps = (numParts - 1) * PART_GAP + ITEM_GAP;
  const perRow = Math.max(1, Math.floor(viewport.width / (numParts * wanted + gaps)));
  const room = Math.floor((Math.floor(viewport.width / perRow) - gaps) / numParts);
  const tile = boxOf(Math.max(1, Math.min(MAX_ITEM, room)), aspect);
  const rowHeight = tile.height + captionHeight + ITEM_GAP;
  const numRows = Math.ceil(numItems / perRow);
  const [from, to] = seen(viewport.top, viewport.height, rowHeight, numRows);
  const items = /** @type {[number, number]} */ ([from * perRow, Math.min(numItems, to * perRow)]);
  const itemWidth = numParts * (tile.width + PART_GAP) - PART_GAP;
  return { tile, itemWidth, perRow, rowHeight, height: numRows * rowHeight, items };
}

const MIN_HEIGHT = 34;

/**
 * The least width of a tile: of wide pictures more, so that they are no slits.
 * @param {number} width
 * @param {number} aspect
 */
const leastWidth = (width, aspect) =>
  Math.max(width, Math.min(3 * width, Math.round(MIN_HEIGHT / Math.max(0.25, aspect))));

/**
 * A box with the aspect ratio of the pictures, within limits.
 * @param {number} width
 * @param {number} aspect
 * @returns {Box}
 */
export const boxOf = (width, aspect) => ({
  width,
  height: Math.round(width * Math.min(1.6, Math.max(0.25, aspect))),
});

/**
 * @param {number} offset
 * @param {number} extent
 * @param {number} pitch
 * @param {number} count
 * @returns {[number, number]}
 */
function seen(offset, extent, pitch, count) {
  const from = Math.floor(offset / pitch) - OVERSCAN;
  const to = Math.ceil((offset + extent) / pitch) + OVERSCAN;
  return [Math.min(count, Math.max(0, from)), Math.min(count, Math.max(0, to))];
}

const FILTER_HEAD_WIDTH = 104;
const IMAGE_HEAD_WIDTH = 132;
const COMPARE_HEAD_WIDTH = 160;
const COMPARE_CAPTION_HEIGHT = 18;
const MAP_CAPTION_HEIGHT = 23;
const GRID_CAPTION_HEIGHT = 20;
const MAP_GRID_CAPTION_HEIGHT = 40;

const aspectOfImages = memo((/** @type {HeldOut | null | undefined} */ heldOut) => {
  const images = heldOut?.record.images ?? [];
  return Math.max(...images.map((image) => image.shown_height / image.shown_width)) || 1;
});

/**
 * Height to width of the view's pictures; that of the tallest if they differ.
 * @param {State} state
 */
export function aspect(state) {
  const sheet = patterns(state)?.columns.at(-1)?.capture.record.sheet;
  if (sheet) return sheet.picture_height / sheet.picture_width || 1;
  return aspectOfImages(state.heldOut?.value);
}

/**
 * Height to width of a cell that shows exemplars: a square of crops, or two squares.
 * @param {State} state
 */
function cellsAspect(state) {
  const cells = state.view === 'filters' ? cellsShown(state) : 'pattern';
  return cells === 'pattern' ? null : cells === 'both' ? 0.5 : 1;
}

/**
 * @param {State} state
 * @param {object} count
 * @param {number} count.numRows
 * @param {number} count.numColumns That there is room for.
 * @param {number} count.numShown
 */
export function layout(state, { numRows, numColumns, numShown }) {
  const found = matrixLayout({
    viewport: state.viewport,
    numColumns,
    numRows,
    aspect: cellsAspect(state) ?? aspect(state),
    ...shapeOf(state),
  });
  const columns = found.columns.map((i) => Math.min(i, numShown));
  return { ...found, columns: /** @type {[number, number]} */ (columns) };
}

/** @param {State} state */
function shapeOf(state) {
  if (state.view === 'compare') {
    return { headWidth: COMPARE_HEAD_WIDTH, captionHeight: COMPARE_CAPTION_HEIGHT, minWidth: MIN_IMAGE_WIDTH };
  }
  const isFilters = state.view === 'filters';
  return {
    headWidth: isFilters ? FILTER_HEAD_WIDTH : IMAGE_HEAD_WIDTH,
    captionHeight: isFilters ? 0 : MAP_CAPTION_HEIGHT,
    minWidth: isFilters ? MIN_WIDTHS[cellsShown(state)] : MIN_IMAGE_WIDTH,
  };
}

const FITTED_WIDTH = 64; // of a tile, where not all captures are shown

/**
 * How many columns can be seen at once: at their least width, and at one that is well
 * seen.
 * @param {State} state
 */
export function capacityOf(state) {
  const { headWidth, minWidth: narrowest } = shapeOf(state);
  const minWidth = leastWidth(narrowest, cellsAspect(state) ?? aspect(state));
  const count = (/** @type {number} */ width) =>
    Math.floor((state.viewport.width - headWidth) / (width + GAP));
  return { least: count(minWidth), fitting: count(Math.max(minWidth, FITTED_WIDTH)) };
}

/**
 * @param {State} state
 * @param {AnyModel} of
 */
export function grid(state, of) {
  const { viewport } = state;
  const found = maps(state);
  const isLineage = isLineageShown(state);
  return found
    ? gridLayout(viewport, of.rows.length, MAP_GRID_CAPTION_HEIGHT, aspect(state), gridTargets(state, found).length)
    : gridLayout(
        viewport,
        of.rows.length,
        isLineage ? MAP_GRID_CAPTION_HEIGHT : GRID_CAPTION_HEIGHT,
        cellsAspect(state) ?? aspect(state),
        isLineage ? 2 : 1,
      );
}

const LARGE_PX = 288; // of the detail's picture on a screen of 1500 px
const LARGE_SHARE = 0.19; // of a wider screen
const WIDE_SHARE = 0.45;
const WIDEST_PX = 1000;
const SIDE_PX = 240; // of the left column, and between
export const DETAIL_EDGES_PX = 44; // what the column needs beside its picture
const FULL_EDGES_PX = { width: 60, height: 210 }; // with what stands around the picture
const WORDS_PX = 110; // under the image of an exemplar

/**
 * The box of the detail's large picture: as wide as its column affords, which takes what
 * a film strip of few captures leaves free. Of two side by side, that of both.
 * @param {State} state
 * @returns {Box}
 */
export function largeBox(state) {
  const { width, height, isFull, isWide } = state;
  const shape = aspect(state);
  const isPair = state.ab === 'side' && (state.versus !== null || state.versusRun !== null);
  const ofPair = isPair ? shape / 2 : shape;
  if (isFull) {
    const around = FULL_EDGES_PX.height + (openExemplar(state) ? WORDS_PX : 0);
    const room = Math.min(width - FULL_EDGES_PX.width, (height - around) / ofPair);
    return boxOf(Math.max(LARGE_PX, Math.floor(room)), shape);
  }
  const one = Math.max(LARGE_PX, width * LARGE_SHARE);
  const most = Math.max(LARGE_PX, Math.min(WIDEST_PX, width * WIDE_SHARE, (0.7 * height) / ofPair));
  const wanted = isWide ? most : Math.max(isPair ? 2 * one : one, freeRoom(state));
  return boxOf(Math.round(Math.min(most, wanted)), shape);
}

/**
 * What is left of the page beside a film strip whose tiles are as large as they become.
 * @param {State} state
 */
function freeRoom(state) {
  const shown = patterns(state) ?? maps(state);
  if (isGrid(state) || state.view === 'compare' || !shown) return 0;
  const taken = shapeOf(state).headWidth + shown.columns.length * (MAX_TILE + GAP);
  return state.width - SIDE_PX - taken - DETAIL_EDGES_PX;
}
