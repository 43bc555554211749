// @ts-check
/**
 * What the tile of a pattern, a heatmap or a mean heatmap shows: a drawing, a mark,
 * a word.
 */

import { FULL_TIMES_EVEN, meansKey } from '../models/mean_rows.js';
import { NOT_FINITE } from '../models/patterns.js';
import { momentOf, shareOfScale, spelled } from '../models/words.js';
import { colormapTable } from './colormap.js';

/** @typedef {import('../models/axis.js').PictureKey} PictureKey */
/** @typedef {import('../models/maps.js').MapCell} MapCell */
/** @typedef {import('../models/maps.js').MapColumn} MapColumn */
/** @typedef {import('../models/patterns.js').PatternCell} PatternCell */
/** @typedef {import('../pictures/pictures.js').Pictures} Pictures */
/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('./paint.js').Box} Box */
/** @typedef {import('./paint.js').Drawing} Drawing */

/**
 * @typedef {object} Look
 * @property {Drawing | null} drawing
 * @property {'' | 'loading' | 'missing' | 'marked' | 'earlier'} mark Missing and marked are
 *   hatched, an earlier picture is faint.
 * @property {string} word What a person reads on the tile.
 *
 * @typedef {Pick<State, 'colormap' | 'opacity' | 'scale' | 'contour' | 'isBare'>} Paint How heatmaps
 *   are painted.
 *
 * @typedef {object} MapLookContext
 * @property {Pictures} pictures
 * @property {ImageBitmap | undefined} image The held-out image.
 * @property {boolean} isImageComing Whether it may still come.
 * @property {number} top Largest value over the whole run.
 * @property {Paint} paint
 */

/** @type {Look} */
export const LOADING = { drawing: null, mark: 'loading', word: '' };
const MAX_MAP_EDGE = 4096;
const CONTOUR_SHARE = 0.5; // of the heatmap's largest value
const FAINT = 0.2; // of the image's scale
const PLAIN_STATUS = ['live', 'ok'];

/** @param {string} word @returns {Look} */
export const missing = (word) => ({ drawing: null, mark: 'missing', word });

/**
 * The look of a filter's pattern at one capture.
 * @param {PatternCell | null} cell
 * @param {PictureKey | null} picture
 * @param {Pictures} pictures
 * @param {Box} box
 * @returns {Look}
 */
export function patternLook(cell, picture, pictures, box) {
  if (!cell) return missing('not drawn');
  // The picture is the noise that optimization started from.
  if (cell.status === NOT_FINITE) return missing(spelled(cell.status));
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
 * The look of a filter at one capture: its pattern; faint, with its epoch, the newest
 * earlier one where the capture could not afford to draw it.
 * @param {import('../models/patterns.js').PatternModel} model
 * @param {import('../models/patterns.js').PatternRow} row
 * @param {import('../models/patterns.js').PatternColumn} column
 * @param {Pictures} pictures
 * @param {Box} box
 * @returns {Look}
 */
export function filterLook(model, row, column, pictures, box) {
  const found = model.latest(row, column);
  if (!found) return missing('not drawn');
  const look = patternLook(found.cell, found.column.picture, pictures, box);
  if (found.column === column || !look.drawing) return look;
  return { ...look, mark: 'earlier', word: momentOf(found.column.tick) };
}

/**
 * What all heatmaps of one row share.
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
 * The look of an image's heatmap at one capture.
 * @param {MapCell | null} cell
 * @param {MapColumn} column
 * @param {MapLookContext} context
 * @param {Box} box
 * @returns {Look}
 */
export function mapLook(cell, { picture, capture: { record } }, context, box) {
  if (!cell) return missing('not drawn');
  const { image, paint } = context;
  if (!image) return context.isImageComing ? LOADING : missing('no image');
  if (!picture) return missing('missing');
  const found = context.pictures.get(picture);
  if (!found) return LOADING;
  const { height, width, maximum } = record;
  const map = mapAt(found, [maximum.length, height, width], cell.place);
  if (!map) return missing('missing');
  const top = paint.scale === 'run' ? context.top : (cell.maximum ?? 0);
  const contour = paint.contour && cell.maximum ? CONTOUR_SHARE * cell.maximum : null;
  const table = colormapTable(paint.colormap);
  const painting = { top, table, opacity: paint.opacity, contour };
  const name = [picture.key, cell.place, sizeOf(box), top, paint.colormap, paint.opacity, contour];
  const rect = whole(image);
  const drawing = paint.isBare
    ? { key: `bare ${picture.key} ${cell.place} ${sizeOf(box)}`, box, image, rect, overlay: null }
    : { key: name.join(' '), box, image, rect, overlay: { map, painting } };
  const { mark, word } = markOf(cell.status);
  return { drawing, mark, word: word || faintWord(cell, context) };
}

/**
 * What stands on a faint heatmap: that it is not the picture that is weak.
 * @param {MapCell} cell
 * @param {MapLookContext} context
 */
function faintWord({ maximum }, { top, paint }) {
  const isFaint = maximum !== null && maximum < FAINT * top;
  return isFaint && paint.scale === 'run' && !paint.isBare ? `${shareOfScale(maximum, top)} of scale` : '';
}

/**
 * The look of a class's mean heatmap at one capture.
 * @param {number} meanClass
 * @param {MapColumn} column
 * @param {Pictures} pictures
 * @param {Pick<State, 'colormap' | 'scale'>} paint
 * @param {Box} box
 * @returns {Look}
 */
export function meanLook(meanClass, column, pictures, { colormap, scale }, box) {
  const { mean_class: classes, height, width } = column.capture.record;
  const place = classes.indexOf(meanClass);
  if (place < 0) return missing('none');
  const key = meansKey(column);
  if (!key) return missing('missing');
  const found = pictures.get(key);
  if (!found) return LOADING;
  const map = mapAt(found, [classes.length, height, width], place);
  if (!map) return missing('missing');
  const even = FULL_TIMES_EVEN / (height * width);
  const top = scale === 'run' ? even : map.values.reduce((a, b) => (b > a ? b : a), 0);
  const painting = { top, table: colormapTable(colormap), opacity: 1, contour: null };
  const name = [key.key, place, box.width, box.height, colormap, scale].join(' ');
  const drawing = { key: name, box, image: null, rect: whole(box), overlay: { map, painting } };
  return { drawing, mark: '', word: '' };
}

/**
 * The image without a heatmap, for the head of a row.
 * @param {ImageBitmap | undefined} image
 * @param {string} hash
 * @param {Box} box
 * @returns {Drawing | null}
 */
export const imageDrawing = (image, hash, box) =>
  image
    ? { key: `${hash} ${sizeOf(box)}`, box, image, rect: whole(image), overlay: null }
    : null;

/** @param {Box} size */
export const whole = ({ width, height }) => ({ x: 0, y: 0, width, height });

/**
 * Whether a sheet has pixels where the record says that a tile lies.
 * @param {ImageBitmap} bitmap
 * @param {import('../models/patterns.js').Rect} rect
 */
export const holds = (bitmap, { x, y, width, height }) =>
  Math.min(x, y) >= 0 &&
  Math.min(width, height) > 0 &&
  x + width <= bitmap.width &&
  y + height <= bitmap.height;

/**
 * One heatmap of a capture; null where the bytes are not what the record says.
 * @param {import('../pictures/decode.js').Picture} picture
 * @param {readonly [number, number, number]} size Rows, height, width.
 * @param {number} place
 * @returns {import('./heatmap.js').RawMap | null}
 */
export function mapAt(picture, [rows, height, width], place) {
  if (!('values' in picture)) return null;
  const isSane = [height, width].every((edge) => edge > 0 && edge <= MAX_MAP_EDGE);
  const length = height * width;
  if (!isSane || picture.values.length !== rows * length) return null;
  return { values: picture.values.subarray(place * length, (place + 1) * length), width, height };
}

/** @param {Box} box */
const sizeOf = ({ width, height }) => `${width}x${height}`;

/**
 * @param {string} status
 * @returns {Pick<Look, 'mark' | 'word'>}
 */
const markOf = (status) =>
  PLAIN_STATUS.includes(status)
    ? { mark: '', word: '' }
    : { mark: 'marked', word: spelled(status) };
