// @ts-check
/** A filter's cell in, what its tile shows out. */

import { LOADING, markOf, missing, sizeOf } from './look.js';

/** @typedef {import('./look.js').Look} Look */
/** @typedef {import('../pictures/pictures.js').Pictures} Pictures */
/** @typedef {import('../models/axis.js').PictureKey} PictureKey */
/** @typedef {import('../models/patterns.js').PatternCell} PatternCell */

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
 * @param {ImageBitmap} bitmap
 * @param {import('../models/patterns.js').Rect} rect
 */
const holds = (bitmap, { x, y, width, height }) =>
  Math.min(x, y) >= 0 &&
  Math.min(width, height) > 0 &&
  x + width <= bitmap.width &&
  y + height <= bitmap.height;
