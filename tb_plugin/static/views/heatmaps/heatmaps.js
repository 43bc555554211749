// @ts-check
/** The Heatmaps view: held-out images by captures, or all of one capture as a grid. */

import { el } from '../../dom/el.js';
import { meansKey } from '../../models/mean_rows.js';
import { className } from '../../models/words.js';
import { imageDrawing } from '../../painting/looks.js';
import { isGrid } from '../../state/state.js';
import { strip } from '../../state/strip.js';
import { CellMemory, matrix } from '../matrix/matrix.js';
import { cellName } from '../matrix/row.js';
import { isPinned, pinMark } from '../parts/controls.js';
import { imagesOf, rowTitle } from '../parts/picture.js';
import { mapCell, meanHead } from './cell.js';
import { imageGrid } from './image_grid.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../pictures/pictures.js').Pictures} Pictures */
/** @typedef {import('../../models/maps.js').MapModel} MapModel */
/** @typedef {import('../../models/maps.js').MapColumn} MapColumn */
/** @typedef {import('../../models/maps.js').MapRow} MapRow */
/** @typedef {import('../parts/picture.js').Images} Images */

const THUMBNAIL = { width: 40, height: 40 };

/** @type {CellMemory<import('../matrix/matrix.js').Cell>} */
const memory = new CellMemory();

/**
 * Held-out images by captures.
 * @param {State} state
 * @param {MapModel} model
 * @param {Pictures} pictures
 * @param {Actions} actions
 */
export function heatmaps(state, model, pictures, actions) {
  if (isGrid(state)) return imageGrid(state, model, pictures, actions);
  const { layout: shape, columns, current, versus } = strip(state, model);
  const images = imagesOf(state);
  const { heldOut, colormap, opacity, scale, contour } = state;
  const paint = [colormap, opacity, scale, contour, state.boxes, state.isBare];
  const { width, height } = shape.tile;
  memory.about([model.cell, pictures, images, heldOut?.status, width, height, ...paint]);
  return matrix(
    {
      title: 'Held-out images by captures',
      corner: 'held-out image',
      subject: `${state.run} ${state.layer.grad_cam}`,
      rows: model.rows,
      columns,
      layout: shape,
      current,
      versus,
      cursor: state.cursor,
      open: state.item.grad_cam,
      head: (row) => head(row, images, isPinned(state, row)),
      cell: (row, column) => {
        return memory.cell(cellName(row, column), [pictureOf(row, column, pictures)], () =>
          mapCell(state, model, { row, column }, { pictures, box: shape.tile }),
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
