// @ts-check
/** A tile of a finding in, what it shows out. */

import { rectOf } from '../models/patterns.js';
import { colormapTable } from './colormap.js';
import { tileKey } from './finding_pictures.js';

/** @typedef {import('./look.js').Look} Look */
/** @typedef {import('../api/types.js').Finding} Finding */
/** @typedef {import('../api/types.js').FindingTile} FindingTile */

/** @type {Look} */
const LOADING = { drawing: null, mark: 'loading', word: '' };
/** @type {Look} */
const MISSING = { drawing: null, mark: 'missing', word: 'missing' };
const MAX_EDGE = 4096;

/**
 * @param {import('../state/state.js').State} state
 * @param {Finding} finding
 * @param {FindingTile} tile
 * @param {{pictures: import('../pictures/pictures.js').Pictures, box: import('./paint.js').Box,
 *   top: number}} how
 * @returns {Look}
 */
export function tileLook(state, finding, tile, { pictures, box, top }) {
  const key = tileKey(state.run ?? '', finding, tile);
  const found = pictures.get(key);
  if (!found) return LOADING;
  const name = `${key.key} ${tile.place} ${box.width} ${state.colormap} ${state.opacity}`;
  if ('bitmap' in found && tile.sheet) {
    const rect = rectOf(tile.sheet, tile.place);
    const holds =
      rect.x + rect.width <= found.bitmap.width && rect.y + rect.height <= found.bitmap.height;
    if (!holds) return MISSING;
    return shown({ key: name, box, image: found.bitmap, rect, overlay: null });
  }
  const image = state.heldOut?.value?.pictures.get(tile.image ?? '');
  if (!image && state.heldOut?.status !== 'ready') return LOADING;
  const map = 'values' in found ? mapOf(found.values, tile) : null;
  if (!image || !map) return MISSING;
  const table = colormapTable(state.colormap);
  const overlay = { map, painting: { top, table, opacity: state.opacity, contour: null } };
  const rect = { x: 0, y: 0, width: image.width, height: image.height };
  return shown({ key: name, box, image, rect, overlay });
}

/**
 * @param {import('./paint.js').Drawing} drawing
 * @returns {Look}
 */
const shown = (drawing) => ({ drawing, mark: '', word: '' });

/**
 * @param {Float32Array} values
 * @param {FindingTile} tile
 */
function mapOf(values, { map_size: size, place }) {
  if (!size) return null;
  const [rows, height, width] = size;
  const isSane = [height, width].every((edge) => edge > 0 && edge <= MAX_EDGE);
  if (!isSane || values.length !== rows * height * width) return null;
  const length = height * width;
  return { values: values.subarray(place * length, (place + 1) * length), width, height };
}
