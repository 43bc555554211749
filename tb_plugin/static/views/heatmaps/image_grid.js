// @ts-check
/** The held-out images at one capture, as a grid, beside their confusion matrix. */

import { el } from '../../dom/el.js';
import { forgettingOf } from '../../models/mistakes.js';
import { className, counted, detection, number, output, shareOfScale } from '../../models/words.js';
import { mapContext, mapLook } from '../../painting/looks.js';
import { grid } from '../../state/layout.js';
import { columnIndex, gridTargets, openKey } from '../../state/select.js';
import { pictureGrid } from '../matrix/grid.js';
import { isPinned, pinMark } from '../parts/controls.js';
import { boxes, imagesOf, rowTitle } from '../parts/picture.js';
import { caption, verdict } from './cell.js';
import { confusions } from './confusions.js';
import { explanation } from './explained.js';

/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../models/maps.js').MapCell} MapCell */
/** @typedef {import('../../models/maps.js').MapColumn} MapColumn */
/** @typedef {import('../../models/maps.js').MapModel} MapModel */
/** @typedef {import('../../models/maps.js').MapRow} MapRow */
/** @typedef {import('../../pictures/pictures.js').Pictures} Pictures */
/** @typedef {import('../../state/state.js').State} State */

/**
 * What was predicted, which images were mistaken for what, and these images.
 * @param {State} state
 * @param {MapModel} model
 * @param {Pictures} pictures
 * @param {Actions} actions
 */
export function imageGrid(state, model, pictures, actions) {
  const column = model.columns[columnIndex(state, model)];
  const shape = grid(state, model);
  const targets = gridTargets(state, model);
  const { images: selected } = state.selection;
  return el(
    'div',
    { class: 'workbench' },
    confusions(state, model, column.index, actions),
    el(
      'section',
      { class: 'images', 'aria-label': 'Images' },
      el('p', { class: 'hint' }, summary(model, column, targets)),
      pictureGrid(
        {
          title: 'Held-out images at this capture',
          subject: `${state.run} ${state.layer.grad_cam}`,
          rows: model.rows,
          grid: shape,
          cursor: state.cursor,
          open: openKey(state, model),
          isSelected: ({ image }) => selected.includes(image),
          press: (row, event) => pressed(row, event, model.rows, actions),
          item: (row) => itemOf(state, model, { row, column, targets }, { pictures, box: shape.tile }),
        },
        actions,
      ),
    ),
  );
}

/**
 * A click opens; with Ctrl or Command it selects, with Shift all since the last one.
 * @param {MapRow} row
 * @param {MouseEvent} event
 * @param {MapRow[]} rows
 * @param {Actions} actions
 */
function pressed(row, event, rows, actions) {
  if (event.shiftKey) actions.selectUpTo(row.image, rows.map(({ image }) => image));
  else if (event.ctrlKey || event.metaKey) actions.toggleSelected(row.image);
  else actions.open(row.key);
}

/**
 * @param {MapModel} model
 * @param {MapColumn} column
 * @param {string[]} targets
 */
function summary({ rows, allRows }, column, targets) {
  const all = new Set(allRows.map(({ hash }) => hash)).size;
  const shown = rows.length === all ? counted(all, 'image') : `${rows.length} of ${counted(all, 'image')}`;
  const maps = targets.length > 1 ? `; side by side: ${targets.map(explanation).join(' · ')}` : '';
  return `${shown} at ${column.tick.title}${maps}`;
}

/**
 * @param {State} state
 * @param {MapModel} model
 * @param {{row: MapRow, column: MapColumn, targets: string[]}} what
 * @param {{pictures: Pictures, box: import('../../state/layout.js').Box}} how
 * @returns {import('../matrix/grid.js').Item}
 */
function itemOf(state, model, { row, column, targets }, { pictures, box }) {
  const images = imagesOf(state);
  const ofImage = model.rowsOfImage(row);
  const cell = model.cell(row, column);
  const parts = targets.map((target) => {
    const of = ofImage.find((each) => each.target === target);
    const found = of && model.cell(of, column);
    if (!of || !found) return { look: absent(cell), over: [], share: '' };
    const context = mapContext(state, model, of, pictures);
    const look = mapLook(found, column, context, box);
    const over = state.boxes ? boxes(images.records.get(row.hash), found.box, box) : null;
    const share = shareOfScale(found.maximum, context.top);
    const words = targets.length > 1 ? `${explanation(target)} ${share}` : share;
    return { look, over: [over].flat(), share: share && words };
  });
  return {
    label: labelOf(model, { row, column }, cell, images, parts.flatMap(({ share }) => share || [])),
    className: '',
    pictures: parts,
    under: cell && [verdict(cell), captions(cell, images.names, { isOnTop: isPinned(state, row), isWide: parts.length > 1 })],
  };
}

/**
 * The label's map is missing where the label is what was predicted.
 * @param {MapCell | null} cell
 * @returns {import('../../painting/looks.js').Look}
 */
const absent = (cell) => ({
  drawing: null,
  mark: '',
  word: cell?.correct ? 'same class' : 'not drawn',
});

/**
 * @param {MapCell} cell
 * @param {string[]} names
 * @param {{isOnTop: boolean, isWide: boolean}} how
 */
const captions = (cell, names, { isOnTop, isWide }) => [
  caption(cell, names, isOnTop && pinMark),
  el(
    'span',
    { class: 'caption label' },
    el('span', null, cell.correct === false ? `is ${className(names, cell.label)}` : ''),
    cell.loss !== null && el('small', null, `${isWide ? 'loss ' : ''}${cell.loss.toFixed(cell.loss < 10 ? 2 : 1)}`),
  ),
];

/**
 * @param {MapModel} model
 * @param {{row: MapRow, column: MapColumn}} where
 * @param {MapCell | null} cell
 * @param {import('../parts/picture.js').Images} images
 * @param {string[]} shares Of the image's scale, how bright each heatmap is.
 */
function labelOf(model, { row, column }, cell, images, shares) {
  const { names } = images;
  const { isForgotten, count } = forgettingOf(model.columns, row, column.index);
  const title = rowTitle({ ...row, isOneOfSeveral: false }, images);
  if (!cell) return `${title}, ${column.tick.title}, not drawn`;
  return [
    title,
    column.tick.title,
    `predicted ${className(names, cell.prediction)} ${output(cell.value, cell.valueKind)}`,
    cell.label !== null && `label ${className(names, cell.label)}`,
    cell.correct !== null && (cell.correct ? 'right' : 'wrong'),
    cell.loss !== null && `loss ${number(cell.loss)}`,
    detection(cell, names),
    shares.length > 0 && `${shares.join(', ')} of this image's scale`,
    isForgotten && 'right before',
    count > 0 && `forgotten ${counted(count, 'time')}`,
  ]
    .filter(Boolean)
    .join(', ');
}
