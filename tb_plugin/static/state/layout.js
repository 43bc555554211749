// @ts-check
/**
 * Where the cells of a matrix lie and which can be seen, so that only those are
 * drawn. All in CSS pixels.
 */

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

const GAP = 3;
export const ITEM_GAP = 8;
export const HEAD_HEIGHT = 28;
const MAX_TILE = 200;
const MAX_ITEM = 220;
const OVERSCAN = 3;

/**
 * Tiles are as large as all columns allow; where that is too small they scroll.
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
  const tile = boxOf(Math.min(MAX_TILE, Math.max(shape.minWidth, room)), shape.aspect);
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
 * @property {number} perRow
 * @property {number} rowHeight
 * @property {number} height
 * @property {[number, number]} items First that is drawn, and first that is not.
 */

/**
 * All items at one moment, in rows.
 * @param {Viewport} viewport
 * @param {number} numItems
 * @param {number} captionHeight
 * @param {number} aspect Of the pictures: height to width.
 * @returns {Grid}
 */
export function gridLayout(viewport, numItems, captionHeight, aspect) {
  const wanted = numItems > 48 ? 72 : numItems > 12 ? 112 : 192;
  const perRow = Math.max(1, Math.floor(viewport.width / (wanted + ITEM_GAP)));
  const tile = boxOf(Math.min(MAX_ITEM, Math.floor(viewport.width / perRow) - ITEM_GAP), aspect);
  const rowHeight = tile.height + captionHeight + ITEM_GAP;
  const numRows = Math.ceil(numItems / perRow);
  const [from, to] = seen(viewport.top, viewport.height, rowHeight, numRows);
  const items = /** @type {[number, number]} */ ([from * perRow, Math.min(numItems, to * perRow)]);
  return { tile, perRow, rowHeight, height: numRows * rowHeight, items };
}

/**
 * A box of the shape of the pictures, within reason.
 * @param {number} width
 * @param {number} aspect
 * @returns {Box}
 */
export const boxOf = (width, aspect) => ({
  width,
  height: Math.round(width * Math.min(1.6, Math.max(0.4, aspect))),
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
