// @ts-check
/** The state in, the sizes of what the view shows out. */

import { memo } from '../models/memo.js';
import { gridLayout, matrixLayout } from './layout.js';
import { patterns } from './select.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('../api/types.js').HeldOut} HeldOut */
/** @typedef {import('./select.js').AnyModel} AnyModel */

const FILTER_HEAD_WIDTH = 104;
const IMAGE_HEAD_WIDTH = 132;
const COMPARE_HEAD_WIDTH = 160;
const COMPARE_CAPTION_HEIGHT = 18;
const MAP_CAPTION_HEIGHT = 23;
const GRID_CAPTION_HEIGHT = 20;

const aspectOfImages = memo((/** @type {HeldOut | null | undefined} */ heldOut) => {
  const images = heldOut?.record.images ?? [];
  return Math.max(...images.map((image) => image.shown_height / image.shown_width)) || 1;
});

/**
 * Height to width of the pictures of the view, the tallest where they differ.
 * @param {State} state
 */
export function aspect(state) {
  const sheet = patterns(state)?.columns.at(-1)?.capture.record.sheet;
  if (sheet) return sheet.picture_height / sheet.picture_width || 1;
  return aspectOfImages(state.heldOut?.value);
}

/**
 * @param {State} state
 * @param {AnyModel} of
 */
export function layout(state, of) {
  const isFilters = state.view === 'filters';
  return matrixLayout({
    viewport: state.viewport,
    numColumns: of.columns.length,
    numRows: of.rows.length,
    headWidth: isFilters ? FILTER_HEAD_WIDTH : IMAGE_HEAD_WIDTH,
    captionHeight: isFilters ? 0 : MAP_CAPTION_HEIGHT,
    minWidth: isFilters ? 46 : 56,
    aspect: aspect(state),
  });
}

/**
 * @param {State} state
 * @param {{columns: unknown[], rows: unknown[]}} of
 */
export const compareLayout = (state, of) =>
  matrixLayout({
    viewport: state.viewport,
    numColumns: of.columns.length,
    numRows: of.rows.length,
    headWidth: COMPARE_HEAD_WIDTH,
    captionHeight: COMPARE_CAPTION_HEIGHT,
    minWidth: 56,
    aspect: aspect(state),
  });

/**
 * @param {State} state
 * @param {AnyModel} of
 */
export const grid = (state, of) =>
  gridLayout(state.viewport, of.rows.length, GRID_CAPTION_HEIGHT, aspect(state));

/**
 * Whether the view shows all rows of one capture, not all captures.
 * @param {State} state
 */
export const isGrid = (state) => state.view === 'filters' && state.show === 'grid';
