// @ts-check
/** A cell of a matrix in, what its tile shows out: a drawing, a mark, a word. */

import { colormapTable } from './colormap.js';
import { spelled } from './words.js';

/** @typedef {import('./pictures.js').Pictures} Pictures */
/** @typedef {import('./columns.js').PictureKey} PictureKey */
/** @typedef {import('./paint.js').Drawing} Drawing */
/** @typedef {import('./paint.js').Overlay} Overlay */
/** @typedef {import('./patterns.js').PatternCell} PatternCell */
/** @typedef {import('./maps.js').MapCell} MapCell */
/** @typedef {import('./types.js').MapCapture} MapCapture */
/** @typedef {import('./state.js').State} State */

/**
 * @typedef {object} Look
 * @property {Drawing | null} drawing
 * @property {'' | 'loading' | 'missing' | 'marked'} mark Missing and marked are hatched.
 * @property {string} word What a person reads on the tile.
 */

/** @type {Look} */
const LOADING = { drawing: null, mark: 'loading', word: '' };
const PLAIN_STATUS = ['live', 'ok'];
const MAX_MAP_EDGE = 4096;
export const CONTOUR_SHARE = 0.5; // of the map's largest value

/** @param {import('./paint.js').Box} box */
const sizeOf = ({ width, height }) => `${width}x${height}`;

/** @param {string} word @returns {Look} */
const missing = (word) => ({ drawing: null, mark: 'missing', word });

/**
 * @param {PatternCell | null} cell
 * @param {PictureKey | null} picture
 * @param {Pictures} pictures
 * @param {import('./paint.js').Box} box
 * @returns {Look}
 */
export function patternLook(cell, picture, pictures, box) {
  if (!cell) return missing('not drawn');
  if (!picture) return missing('missing');
  const found = pictures.get(picture);
  if (!found) return LOADING;
  const { rect } = cell;
  if (!('bitmap' in found) || !holds(found.bitmap, rect)) return missing('missing');
  const key = `${picture.key} ${rect.x} ${rect.y} ${sizeOf(box)}`;
  const drawing = { key, box, image: found.bitmap, rect, overlay: null };
  return { drawing, ...markOf(cell.status) };
}

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
 * @param {import('./maps.js').MapModel} model
 * @param {import('./map_rows.js').MapRow} row
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
 * @param {import('./maps.js').MapColumn} column
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
 * @param {string} status
 * @returns {Pick<Look, 'mark' | 'word'>}
 */
const markOf = (status) =>
  PLAIN_STATUS.includes(status)
    ? { mark: '', word: '' }
    : { mark: 'marked', word: spelled(status) };

/**
 * @param {ImageBitmap} bitmap
 * @param {import('./patterns.js').Rect} rect
 */
const holds = (bitmap, { x, y, width, height }) =>
  Math.min(x, y) >= 0 &&
  Math.min(width, height) > 0 &&
  x + width <= bitmap.width &&
  y + height <= bitmap.height;

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
