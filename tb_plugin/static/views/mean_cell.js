// @ts-check
/** The rows of mean heatmaps, under those of the images. */

import { el } from '../el.js';
import { meanCount, meanLook } from '../mean_rows.js';
import { className, counted } from '../words.js';
import { imagesOf, rowTitle } from './images.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('../maps.js').MapColumn} MapColumn */
/** @typedef {import('../map_rows.js').MapRow} MapRow */
/** @typedef {import('../pictures.js').Pictures} Pictures */

/**
 * @param {State} state
 * @param {MapRow} row
 * @param {MapColumn} column
 * @param {{pictures: Pictures, box: import('../matrix.js').Box}} how
 */
export function meanCell(state, row, column, { pictures, box }) {
  const count = meanCount(column, row.meanClass ?? -1);
  const label = `${rowTitle(row, imagesOf(state))}, ${column.tick.title}, of ${counted(count, 'image')}`;
  const look = meanLook(row.meanClass ?? -1, column, pictures, state, box);
  return { label, className: 'mean', look, under: el('span', { class: 'caption' }, `of ${count}`) };
}

/**
 * @param {MapRow} row
 * @param {import('./images.js').Images} images
 */
export const meanHead = (row, images) =>
  el(
    'span',
    { class: 'names' },
    el('b', null, 'mean map'),
    el('small', null, className(images.names, row.meanClass)),
  );
