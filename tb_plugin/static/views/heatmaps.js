// @ts-check
import { el } from '../dom.js';
import { imageDrawing, mapLook } from '../looks.js';
import { columnIndex, layout, versusIndex } from '../select.js';
import { className, name, output } from '../words.js';
import { matrix } from './matrix.js';
import { picture } from './picture.js';

/** @typedef {import('../types.js').State} State */
/** @typedef {import('../types.js').HeldOut} HeldOut */
/** @typedef {import('../actions.js').Actions} Actions */
/** @typedef {import('../pictures.js').Pictures} Pictures */
/** @typedef {import('../maps.js').MapModel} MapModel */
/** @typedef {import('../maps.js').MapColumn} MapColumn */
/** @typedef {import('../maps.js').MapCell} MapCell */
/** @typedef {import('../map_rows.js').MapRow} MapRow */

const THUMBNAIL_PX = 40;

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
      head: (row) => head(row, images),
      cell: (row, column) => {
        const context = lookContext(state, model, row, pictures);
        const cell = model.cell(row, column);
        const look = mapLook(cell, column, context, shape.tile);
        const label = mapLabel(row, column, cell, look.word, images);
        const content = [picture(look, cell?.isFlip && flip), cell && verdict(cell), cell && caption(cell, images.names)];
        return { label, className: '', content };
      },
    },
    actions,
  );
}

const flip = el('span', { class: 'flip', 'aria-hidden': 'true' }, '◆');

/**
 * What is known of the held-out images of the stream.
 * @typedef {object} Images
 * @property {Map<string, ImageBitmap>} pictures
 * @property {Map<string, import('../types.js').HeldOutImage>} records
 * @property {string[]} names Of the classes.
 *
 * @param {State} state
 * @returns {Images}
 */
export function imagesOf({ heldOut }) {
  const value = heldOut?.value;
  return {
    pictures: value?.pictures ?? new Map(),
    records: new Map(value?.record.images.map((image) => [image.hash, image])),
    names: value?.record.class_names ?? [],
  };
}

/**
 * @param {State} state
 * @param {MapModel} model
 * @param {MapRow} row
 * @param {Pictures} pictures
 * @returns {import('../looks.js').MapLookContext}
 */
export const lookContext = (state, model, row, pictures) => ({
  pictures,
  image: state.heldOut?.value?.pictures.get(row.hash),
  isImageComing: state.heldOut?.status === 'loading',
  top: model.top(row),
  paint: state,
});

/**
 * How a row is called: by its image, and by its target where it has several.
 * @param {MapRow} row
 * @param {Images} images
 */
export function rowTitle(row, images) {
  const title = images.records.get(row.hash)?.name || row.hash.slice(0, 8);
  return name(row.isOneOfSeveral ? `${title} → ${row.target}` : title);
}

/**
 * @param {MapRow} row
 * @param {Images} images
 */
function head(row, images) {
  const record = images.records.get(row.hash);
  const drawing = imageDrawing(images.pictures.get(row.hash), row.hash, THUMBNAIL_PX);
  const title = rowTitle(row, images);
  return [
    el('kv-tile', { class: 'thumbnail', '.drawing': drawing }),
    el(
      'span',
      { class: 'names' },
      el('b', { title }, title),
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
