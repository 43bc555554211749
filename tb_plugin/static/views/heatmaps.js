// @ts-check
import { CellMemory } from '../cell_memory.js';
import { el } from '../dom.js';
import { imageDrawing, mapContext, mapLook } from '../looks.js';
import { meansKey } from '../mean_rows.js';
import { columnIndex, versusIndex } from '../select.js';
import { layout } from '../shape.js';
import { className, output } from '../words.js';
import { boxes } from './boxes.js';
import { imagesOf, rowTitle } from './images.js';
import { matrix } from './matrix.js';
import { cellName } from './matrix_row.js';
import { meanCell, meanHead } from './mean_cell.js';
import { isPinned, pinMark } from './pin_button.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('../actions.js').Actions} Actions */
/** @typedef {import('../pictures.js').Pictures} Pictures */
/** @typedef {import('../maps.js').MapModel} MapModel */
/** @typedef {import('../maps.js').MapColumn} MapColumn */
/** @typedef {import('../maps.js').MapCell} MapCell */
/** @typedef {import('../map_rows.js').MapRow} MapRow */
/** @typedef {import('./images.js').Images} Images */

const THUMBNAIL = { width: 40, height: 40 };

/** @type {CellMemory<import('./matrix.js').Cell>} */
const memory = new CellMemory();

/**
 * Held-out images by captures.
 * @param {State} state
 * @param {MapModel} model
 * @param {Pictures} pictures
 * @param {Actions} actions
 */
export function heatmaps(state, model, pictures, actions) {
  const shape = layout(state, model);
  const images = imagesOf(state);
  const { heldOut, colormap, opacity, scale, contour } = state;
  const paint = [colormap, opacity, scale, contour, state.boxes];
  const { width, height } = shape.tile;
  memory.about([model.cell, pictures, images, heldOut?.status, width, height, ...paint]);
  return matrix(
    {
      title: 'Held-out images by captures',
      corner: 'held-out image',
      subject: `${state.run} ${state.layer.grad_cam}`,
      rows: model.rows,
      columns: model.columns,
      layout: shape,
      current: columnIndex(state, model),
      versus: versusIndex(state, model),
      cursor: state.cursor,
      open: state.item.grad_cam,
      onhover: (cell) => actions.setScreen({ bare: cell }),
      head: (row) => head(row, images, isPinned(state, row)),
      cell: (row, column) => {
        const own = [pictureOf(row, column, pictures), state.bare === cellName(row, column)];
        return memory.cell(cellName(row, column), own, () =>
          cellOf(state, model, { row, column }, { pictures, box: shape.tile }),
        );
      },
    },
    actions,
  );
}

/**
 * @param {MapRow} row
 * @param {MapColumn} column
 * @param {Pictures} pictures
 */
function pictureOf(row, column, pictures) {
  const key = row.meanClass === null ? column.picture : meansKey(column);
  return key && pictures.get(key);
}

/**
 * @param {State} state
 * @param {MapModel} model
 * @param {{row: MapRow, column: MapColumn}} where
 * @param {{pictures: Pictures, box: import('../matrix.js').Box}} how
 * @returns {import('./matrix.js').Cell}
 */
function cellOf(state, model, { row, column }, { pictures, box }) {
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
 * @param {import('../matrix.js').Box} box
 */
const bare = (image, { hash }, box) =>
  el('kv-tile', { '.drawing': imageDrawing(image, hash, box) });

const flip = el('span', { class: 'flip', 'aria-hidden': 'true' }, '◆');

/**
 * @param {MapRow} row
 * @param {Images} images
 * @param {boolean} isOnTop
 */
function head(row, images, isOnTop) {
  if (row.meanClass !== null) return meanHead(row, images);
  const record = images.records.get(row.hash);
  const drawing = imageDrawing(images.pictures.get(row.hash), row.hash, THUMBNAIL);
  const title = rowTitle(row, images);
  return [
    el('kv-tile', { class: 'thumbnail', '.drawing': drawing }),
    el(
      'span',
      { class: 'names' },
      el('b', { title }, isOnTop && pinMark, title),
      el('small', null, className(images.names, record?.label ?? null)),
    ),
  ];
}

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
