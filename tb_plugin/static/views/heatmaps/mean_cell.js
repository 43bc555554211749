// @ts-check
/** The rows of mean heatmaps, under those of the images. */

import { el } from '../../dom/el.js';
import { meanCount } from '../../models/mean_rows.js';
import { meanLook } from '../../painting/looks.js';
import { className, counted } from '../../models/words.js';
import { imagesOf, rowTitle } from '../parts/images.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../models/maps.js').MapColumn} MapColumn */
/** @typedef {import('../../models/maps.js').MapRow} MapRow */
/** @typedef {import('../../pictures/pictures.js').Pictures} Pictures */

/**
 * @param {State} state
 * @param {MapRow} row
 * @param {MapColumn} column
 * @param {{pictures: Pictures, box: import('../../state/layout.js').Box}} how
 */
export function meanCell(state, row, column, { pictures, box }) {
  const count = meanCount(column, row.meanClass ?? -1);
  const label = `${rowTitle(row, imagesOf(state))}, ${column.tick.title}, of ${counted(count, 'image')}`;
  const look = meanLook(row.meanClass ?? -1, column, pictures, state, box);
  return { label, className: 'mean', look, under: el('span', { class: 'caption' }, `of ${count}`) };
}

/**
 * @param {MapRow} row
 * @param {import('../parts/images.js').Images} images
 */
export const meanHead = (row, images) =>
  el(
    'span',
    { class: 'names' },
    el('b', null, 'mean map'),
    el('small', null, className(images.names, row.meanClass)),
  );
