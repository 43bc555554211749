// @ts-check
/** A cell of the heatmap matrix, of an image or of a class's mean. */

import { el } from '../../dom/el.js';
import { meanCount } from '../../models/mean_rows.js';
import { className, counted, detection, output, percent, shareOfScale } from '../../models/words.js';
import { mapContext, mapLook, meanLook } from '../../painting/looks.js';
import { boxes, imagesOf, rowTitle } from '../parts/picture.js';

/** @typedef {import('../parts/picture.js').Images} Images */
/** @typedef {import('../../models/maps.js').MapCell} MapCell */
/** @typedef {import('../../models/maps.js').MapColumn} MapColumn */
/** @typedef {import('../../models/maps.js').MapModel} MapModel */
/** @typedef {import('../../models/maps.js').MapRow} MapRow */
/** @typedef {import('../../pictures/pictures.js').Pictures} Pictures */
/** @typedef {import('../../state/state.js').State} State */

/**
 * A heatmap, the model's prediction and whether that is correct.
 * @param {State} state
 * @param {MapModel} model
 * @param {{row: MapRow, column: MapColumn}} where
 * @param {{pictures: Pictures, box: import('../../state/layout.js').Box}} how
 * @returns {import('../matrix/matrix.js').Cell}
 */
export function mapCell(state, model, { row, column }, { pictures, box }) {
  if (row.meanClass !== null) return meanCell(state, row, column, { pictures, box });
  const images = imagesOf(state);
  const context = mapContext(state, model, row, pictures);
  const cell = model.cell(row, column);
  const look = mapLook(cell, column, context, box);
  const over = [
    cell?.isFlip && flip,
    state.boxes && boxes(images.records.get(row.hash), cell?.box, box),
  ].flat();
  const under = cell && [verdict(cell), caption(cell, images.names)];
  const words = scaleWords(cell, context.top, look);
  return { label: mapLabel(row, column, cell, words, images), className: '', look, over, under };
}

const flip = el('span', { class: 'flip', 'aria-hidden': 'true' }, '◆');

/**
 * A bar: solid if the prediction is correct, dashed if it is wrong.
 * @param {MapCell} cell
 */
export const verdict = ({ correct }) =>
  el('i', { class: correct === null ? 'verdict' : correct ? 'verdict right' : 'verdict wrong' });

/**
 * The prediction and its output; of a detection that is explained, its own.
 * @param {MapCell} cell
 * @param {string[]} names
 * @param {import('../../dom/el.js').Child} [mark] Before them.
 */
export function caption(cell, names, mark = null) {
  const isDetection = cell.confidence !== null;
  const index = isDetection ? cell.targetClass : cell.prediction;
  const told = isDetection ? percent(cell.confidence) : output(cell.value, cell.valueKind);
  return el(
    'span',
    { class: 'caption' },
    mark,
    el('span', null, className(names, index)),
    el('b', null, told.replace('%', '')),
  );
}

/**
 * What a tile is marked with, and always how bright its heatmap is.
 * @param {MapCell | null} cell
 * @param {number} top The image's largest value in the run.
 * @param {import('../../painting/looks.js').Look} look
 */
function scaleWords(cell, top, { mark, word }) {
  const share = cell ? shareOfScale(cell.maximum, top) : '';
  return [mark && word, share && `${share} of this image's scale`].filter(Boolean).join(', ');
}

/**
 * @param {MapRow} row
 * @param {MapColumn} column
 * @param {MapCell | null} cell
 * @param {string} word
 * @param {Images} images
 */
const mapLabel = (row, { tick }, cell, word, images) =>
  [
    rowTitle(row, images),
    tick.title,
    cell && `${className(images.names, cell.prediction)} ${output(cell.value, cell.valueKind)}`,
    cell && cell.correct !== null && (cell.correct ? 'right' : 'wrong'),
    cell?.isFlip && 'another prediction than before',
    cell && detection(cell, images.names),
    word,
  ]
    .filter(Boolean)
    .join(', ');

/**
 * The mean heatmap of a class, and how many images it is of.
 * @param {State} state
 * @param {MapRow} row
 * @param {MapColumn} column
 * @param {{pictures: Pictures, box: import('../../state/layout.js').Box}} how
 */
function meanCell(state, row, column, { pictures, box }) {
  const count = meanCount(column, row.meanClass ?? -1);
  const label = `${rowTitle(row, imagesOf(state))}, ${column.tick.title}, of ${counted(count, 'image')}`;
  const look = meanLook(row.meanClass ?? -1, column, pictures, state, box);
  return { label, className: 'mean', look, under: el('span', { class: 'caption' }, `of ${count}`) };
}

/**
 * @param {MapRow} row
 * @param {import('../parts/picture.js').Images} images
 */
export const meanHead = (row, images) =>
  el(
    'span',
    { class: 'names' },
    el('b', null, 'mean map'),
    el('small', null, className(images.names, row.meanClass)),
  );
