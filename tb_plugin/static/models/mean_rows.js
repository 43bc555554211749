// @ts-check
/**
 * The mean heatmap of each class: what all its images share. Rows of their own
 * under those of the images; see `MapLayer` in contract/.
 */

import { colormapTable } from '../painting/colormap.js';

/** @typedef {import('./maps.js').MapColumn} MapColumn */
/** @typedef {import('./maps.js').MapRow} MapRow */
/** @typedef {import('./axis.js').PictureKey} PictureKey */
/** @typedef {import('../painting/look.js').Look} Look */

/** Full colour is this many times the share of an even map: one scale for all. */
export const FULL_TIMES_EVEN = 12;
const MAX_EDGE = 4096;

/**
 * @param {readonly MapColumn[]} columns
 * @returns {MapRow[]}
 */
export function meanRows(columns) {
  const classes = new Set(columns.flatMap(({ capture }) => capture.record.mean_class));
  return [...classes]
    .sort((a, b) => a - b)
    .map((index) => ({
      name: `mean ${index}`,
      key: `mean ${index}`,
      hash: '',
      target: '',
      isOneOfSeveral: false,
      meanClass: index,
    }));
}

/**
 * Where the mean maps of a capture lie: beside its maps.
 * @param {MapColumn} column
 * @returns {PictureKey | null}
 */
export function meansKey({ picture, capture: { record } }) {
  const cost = 4 * record.mean_class.length * record.height * record.width;
  return picture && cost > 0 ? { ...picture, key: `means ${picture.key}`, cost } : null;
}

/**
 * Of how many images a mean is; 0 where the capture has none.
 * @param {MapColumn} column
 * @param {number} meanClass
 */
export function meanCount({ capture: { record } }, meanClass) {
  return record.mean_count[record.mean_class.indexOf(meanClass)] ?? 0;
}

/**
 * @param {number} meanClass
 * @param {MapColumn} column
 * @param {import('../pictures/pictures.js').Pictures} pictures
 * @param {Pick<import('../state/state.js').State, 'colormap' | 'scale'>} paint
 * @param {import('../painting/paint.js').Box} box
 * @returns {Look}
 */
export function meanLook(meanClass, column, pictures, { colormap, scale }, box) {
  const { record } = column.capture;
  const place = record.mean_class.indexOf(meanClass);
  if (place < 0) return { drawing: null, mark: 'missing', word: 'none' };
  const key = meansKey(column);
  const found = key && pictures.get(key);
  if (!key || (found && !('values' in found))) return MISSING;
  if (!found) return { drawing: null, mark: 'loading', word: '' };
  const { height, width } = record;
  const length = height * width;
  const isWhole = found.values.length === length * record.mean_class.length;
  if (!isWhole || Math.max(height, width) > MAX_EDGE) return MISSING;
  const values = found.values.subarray(place * length, (place + 1) * length);
  const top = scale === 'run' ? FULL_TIMES_EVEN / length : values.reduce((a, b) => Math.max(a, b), 0);
  const painting = { top, table: colormapTable(colormap), opacity: 1, contour: null };
  const rect = { x: 0, y: 0, ...box };
  const name = [key.key, place, box.width, box.height, colormap, scale].join(' ');
  const overlay = { map: { values, width, height }, painting };
  return { drawing: { key: name, box, image: null, rect, overlay }, mark: '', word: '' };
}

/** @type {Look} */
const MISSING = { drawing: null, mark: 'missing', word: 'missing' };
