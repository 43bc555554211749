// @ts-check
/** A heatmap's cell in, what its tile shows out. */

import { colormapTable } from './colormap.js';
import { LOADING, markOf, missing, sizeOf } from './look.js';

/** @typedef {import('./look.js').Look} Look */
/** @typedef {import('../pictures/pictures.js').Pictures} Pictures */
/** @typedef {import('./paint.js').Drawing} Drawing */
/** @typedef {import('../models/maps.js').MapCell} MapCell */
/** @typedef {import('../api/types.js').MapCapture} MapCapture */
/** @typedef {import('../state/state.js').State} State */

const MAX_MAP_EDGE = 4096;
const CONTOUR_SHARE = 0.5; // of the map's largest value

/**
 * How maps are painted: the part of the state that a person sets.
 * @typedef {Pick<State, 'colormap' | 'opacity' | 'scale' | 'contour'>} Paint
 *
 * @typedef {object} MapLookContext
 * @property {Pictures} pictures
 * @property {ImageBitmap | undefined} image The held-out image.
 * @property {boolean} isImageComing Whether it may still come.
 * @property {number} top Largest value over the whole run.
 * @property {Paint} paint
 */

/**
 * @param {State} state
 * @param {import('../models/maps.js').MapModel} model
 * @param {import('../models/maps.js').MapRow} row
 * @param {Pictures} pictures
 * @returns {MapLookContext}
 */
export const mapContext = (state, model, row, pictures) => ({
  pictures,
  image: state.heldOut?.value?.pictures.get(row.hash),
  isImageComing: state.heldOut?.status === 'loading',
  top: model.top(row),
  paint: state,
});

/**
 * @param {MapCell | null} cell
 * @param {import('../models/maps.js').MapColumn} column
 * @param {MapLookContext} context
 * @param {import('./paint.js').Box} box
 * @returns {Look}
 */
export function mapLook(cell, { picture, capture }, context, box) {
  if (!cell) return missing('not drawn');
  const { image, paint } = context;
  if (!image) return context.isImageComing ? LOADING : missing('no image');
  if (!picture) return missing('missing');
  const found = context.pictures.get(picture);
  if (!found) return LOADING;
  const map = 'values' in found ? mapAt(found.values, capture, cell.place) : null;
  if (!map) return missing('missing');
  const top = paint.scale === 'run' ? context.top : (cell.maximum ?? 0);
  const contour = paint.contour && cell.maximum ? CONTOUR_SHARE * cell.maximum : null;
  const table = colormapTable(paint.colormap);
  const painting = { top, table, opacity: paint.opacity, contour };
  const name = [picture.key, cell.place, sizeOf(box), top, paint.colormap, paint.opacity, contour];
  const key = name.join(' ');
  const rect = { x: 0, y: 0, width: image.width, height: image.height };
  const drawing = { key, box, image, rect, overlay: { map, painting } };
  return { drawing, ...markOf(cell.status) };
}

/**
 * Only the image, for the head of a row.
 * @param {ImageBitmap | undefined} image
 * @param {string} hash
 * @param {import('./paint.js').Box} box
 * @returns {Drawing | null}
 */
export function imageDrawing(image, hash, box) {
  if (!image) return null;
  const rect = { x: 0, y: 0, width: image.width, height: image.height };
  return { key: `${hash} ${sizeOf(box)}`, box, image, rect, overlay: null };
}

/**
 * The map of one row; null where the bytes are not what the record says.
 * @param {Float32Array} values
 * @param {MapCapture} capture
 * @param {number} place
 */
function mapAt(values, { record: { height, width, maximum } }, place) {
  const isSane = [height, width].every((edge) => edge > 0 && edge <= MAX_MAP_EDGE);
  const length = height * width;
  if (!isSane || values.length !== maximum.length * length) return null;
  return { values: values.subarray(place * length, (place + 1) * length), width, height };
}
