// @ts-check
import { el } from '../../dom/el.js';
import { className, output } from '../../models/words.js';
import { imageDrawing, mapContext, mapLook } from '../../painting/looks.js';
import { cellName } from '../matrix/row.js';
import { boxes } from '../parts/boxes.js';
import { imagesOf, rowTitle } from '../parts/images.js';
import { meanCell } from './mean_cell.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../pictures/pictures.js').Pictures} Pictures */
/** @typedef {import('../../models/maps.js').MapModel} MapModel */
/** @typedef {import('../../models/maps.js').MapColumn} MapColumn */
/** @typedef {import('../../models/maps.js').MapCell} MapCell */
/** @typedef {import('../../models/maps.js').MapRow} MapRow */
/** @typedef {import('../parts/images.js').Images} Images */

/**
 * A heatmap, what the model answered and whether that is right.
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
    state.bare === cellName(row, column) && bare(context.image, row, box),
    cell?.isFlip && flip,
    state.boxes && boxes(images.records.get(row.hash), box),
  ].flat();
  const under = cell && [verdict(cell), caption(cell, images.names)];
  return { label: mapLabel(row, column, cell, look.word, images), className: '', look, over, under };
}

/**
 * The image without its heatmap.
 * @param {ImageBitmap | undefined} image
 * @param {MapRow} row
 * @param {import('../../state/layout.js').Box} box
 */
const bare = (image, { hash }, box) =>
  el('kv-tile', { '.drawing': imageDrawing(image, hash, box) });

const flip = el('span', { class: 'flip', 'aria-hidden': 'true' }, '◆');

/**
 * Whole where the prediction is right, broken where it is wrong.
 * @param {MapCell} cell
 */
const verdict = ({ correct }) =>
  el('i', { class: correct === null ? 'verdict' : correct ? 'verdict right' : 'verdict wrong' });

/**
 * @param {MapCell} cell
 * @param {string[]} names
 */
const caption = (cell, names) =>
  el(
    'span',
    { class: 'caption' },
    el('span', null, className(names, cell.prediction)),
    el('b', null, output(cell.value, cell.valueKind).replace('%', '')),
  );

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
    word,
  ]
    .filter(Boolean)
    .join(', ');
