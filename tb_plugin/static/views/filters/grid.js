// @ts-check
/** All patterns of one capture, as a grid; and how a pattern is labeled. */

import { el } from '../../dom/el.js';
import { drawnHow, number } from '../../models/words.js';
import { cellLook } from '../../painting/exemplar_looks.js';
import { cellsShown } from '../../state/select.js';
import { pictureGrid } from '../matrix/grid.js';

/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../models/patterns.js').PatternCell} PatternCell */
/** @typedef {import('../../models/patterns.js').PatternColumn} PatternColumn */
/** @typedef {import('../../models/patterns.js').PatternModel} PatternModel */
/** @typedef {import('../../models/patterns.js').PatternRow} PatternRow */

/**
 * @typedef {object} Context
 * @property {import('../../pictures/pictures.js').Pictures} pictures
 * @property {import('../../state/layout.js').Grid} grid
 * @property {number} current
 */

/**
 * All filters at the present capture.
 * @param {import('../../state/state.js').State} state
 * @param {PatternModel} model
 * @param {Context} context
 * @param {Actions} actions
 */
export function filterGrid(state, model, { pictures, grid, current }, actions) {
  const column = model.columns[current];
  const cells = cellsShown(state);
  return pictureGrid(
    {
      title: 'Filters at this capture',
      subject: `${state.run} ${state.layer.filter_patterns}`,
      rows: model.rows,
      grid,
      cursor: state.cursor,
      open: state.item.filter_patterns,
      item(row) {
        const cell = model.cell(row, column);
        const look = cellLook(cells, model, row, column, pictures, grid.tile);
        const caption = [el('b', null, row.filter), cell && number(cell.objective)];
        return {
          label: filterLabel(row, column, cell, look.word),
          className: '',
          pictures: [{ look, over: [] }],
          under: el('span', { class: 'caption' }, caption),
        };
      },
    },
    actions,
  );
}

/**
 * What a screen reader says of a filter's tile.
 * @param {PatternRow} row
 * @param {PatternColumn} column
 * @param {PatternCell | null} cell
 * @param {string} word
 */
export const filterLabel = ({ filter }, { tick }, cell, word) =>
  [
    `filter ${filter}`,
    tick.title,
    cell && `objective ${number(cell.objective)}`,
    cell && cell.origin !== 'fresh' && drawnHow(cell.origin, cell.originStep),
    word,
  ]
    .filter(Boolean)
    .join(', ');
