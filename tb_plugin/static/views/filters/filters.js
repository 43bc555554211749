// @ts-check
/** The Filters view: patterns by captures, or all of one capture as a grid. */

import { el } from '../../dom/el.js';
import { filterLook } from '../../painting/looks.js';
import { grid, isGrid, layout } from '../../state/layout.js';
import { columnIndex, versusIndex } from '../../state/select.js';
import { CellMemory, matrix } from '../matrix/matrix.js';
import { sparkline } from '../parts/chart.js';
import { isPinned, pinMark } from '../parts/controls.js';
import { filterGrid, filterLabel } from './grid.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../pictures/pictures.js').Pictures} Pictures */
/** @typedef {import('../../models/patterns.js').PatternModel} PatternModel */
/** @typedef {import('../../models/patterns.js').PatternRow} PatternRow */
/** @typedef {import('../../models/patterns.js').PatternColumn} PatternColumn */
/** @typedef {import('../../models/patterns.js').PatternCell} PatternCell */

/** @type {CellMemory<import('../matrix/matrix.js').Cell>} */
const memory = new CellMemory();

/**
 * Filters by captures, or all filters at one.
 * @param {State} state
 * @param {PatternModel} model
 * @param {Pictures} pictures
 * @param {Actions} actions
 */
export function filters(state, model, pictures, actions) {
  const current = columnIndex(state, model);
  if (isGrid(state)) {
    return filterGrid(state, model, { pictures, grid: grid(state, model), current }, actions);
  }
  const shape = layout(state, model);
  memory.about([model.cell, pictures, shape.tile.width, shape.tile.height]);
  return matrix(
    {
      title: 'Filters by captures',
      corner: 'filter',
      subject: `${state.run} ${state.layer.filter_patterns} strip`,
      rows: model.rows,
      columns: model.columns,
      layout: shape,
      current,
      versus: versusIndex(state, model),
      cursor: state.cursor,
      open: state.item.filter_patterns,
      head: (row) => [
        el('b', null, isPinned(state, row) && pinMark, row.filter),
        sparkline(model.series(row), current),
      ],
      cell: (row, column) =>
        memory.cell(`${column.index} ${row.key}`, [pictureOf(model, row, column, pictures)], () =>
          stripCell(model, row, column, pictures, shape.tile),
        ),
    },
    actions,
  );
}

/**
 * @param {PatternModel} model
 * @param {PatternRow} row
 * @param {PatternColumn} column
 * @param {Pictures} pictures
 */
function pictureOf(model, row, column, pictures) {
  const picture = model.latest(row, column)?.column.picture;
  return picture && pictures.get(picture);
}

/**
 * @param {PatternModel} model
 * @param {PatternRow} row
 * @param {PatternColumn} column
 * @param {Pictures} pictures
 * @param {import('../../state/layout.js').Box} box
 */
function stripCell(model, row, column, pictures, box) {
  const cell = model.cell(row, column);
  const look = filterLook(model, row, column, pictures, box);
  return {
    label: filterLabel(row, column, cell, look.word),
    className: cell?.origin === 'unchanged' ? 'unchanged' : '',
    look,
  };
}
