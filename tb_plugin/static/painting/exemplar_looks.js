// @ts-check
/** What a cell of the Filters view shows: the pattern, exemplars, or both in one. */

import { cropsKey, exemplarsAt } from '../models/exemplars.js';
import { NOT_FINITE } from '../models/patterns.js';
import { filterLook, holds, imageDrawing, LOADING, missing, whole } from './looks.js';

/** @typedef {import('../models/patterns.js').PatternColumn} PatternColumn */
/** @typedef {import('../models/patterns.js').PatternModel} PatternModel */
/** @typedef {import('../models/patterns.js').PatternRow} PatternRow */
/** @typedef {import('../pictures/pictures.js').Pictures} Pictures */
/** @typedef {import('./looks.js').Look} Look */
/** @typedef {import('./paint.js').Box} Box */
/** @typedef {import('./paint.js').Part} Part */

const GAP = 1;
const SIDES = { exemplars: 3, both: 2 }; // crops in a row

/**
 * @param {import('../state/state.js').Cells} cells What is shown.
 * @param {PatternModel} model
 * @param {PatternRow} row
 * @param {PatternColumn} column
 * @param {Pictures} pictures
 * @param {Box} box
 * @returns {Look}
 */
export function cellLook(cells, model, row, column, pictures, box) {
  if (cells === 'pattern') return filterLook(model, row, column, pictures, box);
  const side = Math.min(box.height, cells === 'both' ? box.width / 2 : box.width);
  const crops = cropParts(model, row, column, pictures, SIDES[cells], side);
  const pattern = filterLook(model, row, column, pictures, { width: side, height: side });
  const isFinite = model.latest(row, column)?.cell.status !== NOT_FINITE;
  if (cells === 'exemplars' && isFinite) {
    if (!Array.isArray(crops)) return crops;
    return composed('exemplars', crops, { width: side, height: side }, box);
  }
  if (!pattern.drawing) return pattern;
  if (!Array.isArray(crops)) return crops;
  const { image, rect, key } = pattern.drawing;
  const parts = [
    { image, rect, x: 0, y: 0, width: side - GAP, height: side, isNew: false, key },
    ...crops.map((part) => ({ ...part, x: part.x + side })),
  ];
  const { mark, word } = pattern;
  return { ...composed('both', parts, { width: 2 * side, height: side }, box), mark, word };
}

/**
 * The look of one exemplar by itself.
 * @param {PatternColumn} column
 * @param {import('../models/exemplars.js').Exemplar} exemplar
 * @param {Pictures} pictures
 * @param {Box} box
 * @returns {Look}
 */
export function exemplarLook(column, { rect }, pictures, box) {
  const key = cropsKey(column);
  if (!key) return missing('missing');
  const found = pictures.get(key);
  if (!found) return LOADING;
  if (!('bitmap' in found) || !holds(found.bitmap, rect)) return missing('missing');
  const name = `${key.key} ${rect.x} ${rect.y} ${box.width}x${box.height}`;
  return { drawing: { key: name, box, image: found.bitmap, rect, overlay: null }, mark: '', word: '' };
}

/**
 * What the log has of an image that an exemplar is a part of: all of it, if it is one of
 * the held-out images; else the crop alone.
 * @typedef {'whole' | 'crop' | 'coming' | 'unreadable'} Had
 *
 * @param {Pick<import('../state/state.js').State, 'heldOut'>} state
 * @param {string} hash
 * @returns {Had}
 */
export function hadOf({ heldOut }, hash) {
  if (heldOut?.value?.pictures.has(hash)) return 'whole';
  if (!heldOut || heldOut.status === 'loading') return 'coming';
  const isCropAlone = heldOut.value && !heldOut.value.record.images.some((image) => image.hash === hash);
  return isCropAlone ? 'crop' : 'unreadable';
}

/**
 * The image of an exemplar, as much of it as the log has.
 * @param {import('../state/state.js').State} state
 * @param {PatternColumn} column
 * @param {import('../models/exemplars.js').Exemplar} exemplar
 * @param {Pictures} pictures
 * @param {Box} box
 * @returns {Look}
 */
export function imageLook(state, column, exemplar, pictures, box) {
  const { hash } = exemplar;
  const had = hadOf(state, hash);
  if (had === 'coming') return LOADING;
  const drawing = imageDrawing(state.heldOut?.value?.pictures.get(hash), hash, box);
  return drawing ? { drawing, mark: '', word: '' } : exemplarLook(column, exemplar, pictures, box);
}

/**
 * The strongest exemplars in a square, or why there are none.
 * @param {PatternModel} model
 * @param {PatternRow} row
 * @param {PatternColumn} column
 * @param {Pictures} pictures
 * @param {number} perRow
 * @param {number} side
 * @returns {(Part & {key: string})[] | Look}
 */
function cropParts(model, row, column, pictures, perRow, side) {
  const exemplars = exemplarsAt(model, row, column);
  const key = exemplars && cropsKey(exemplars.column);
  if (!exemplars || !key) return missing('no images');
  const found = pictures.get(key);
  if (!found) return LOADING;
  if (!('bitmap' in found)) return missing('missing');
  const { bitmap } = found;
  const pitch = side / perRow;
  return exemplars.items
    .slice(0, perRow * perRow)
    .filter(({ rect }) => holds(bitmap, rect))
    .map(({ rect, isNew }, i) => ({
      image: bitmap,
      rect,
      x: (i % perRow) * pitch + GAP,
      y: Math.floor(i / perRow) * pitch + GAP,
      width: pitch - 2 * GAP,
      height: pitch - 2 * GAP,
      isNew: isNew && exemplars.column === column,
      key: `${key.key} ${rect.x} ${rect.y} ${isNew}`,
    }));
}

/**
 * @param {string} name
 * @param {(Part & {key: string})[]} parts
 * @param {Box} size Of what the parts lie on.
 * @param {Box} box
 * @returns {Look}
 */
function composed(name, parts, size, box) {
  const key = [name, size.width, size.height, ...parts.map((part) => part.key)].join('|');
  return {
    drawing: { key, box, image: null, rect: whole(size), overlay: null, parts },
    mark: '',
    word: '',
  };
}
