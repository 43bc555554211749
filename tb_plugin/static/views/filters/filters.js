// @ts-check
/** The Filters view: patterns by captures, or all of one capture as a grid. */

import { el } from '../../dom/el.js';
import { cropsKey, topClass } from '../../models/exemplars.js';
import { name, percent } from '../../models/words.js';
import { cellLook } from '../../painting/exemplar_looks.js';
import { grid } from '../../state/layout.js';
import { cellsShown, columnAxis, columnIndex, isLineageShown } from '../../state/select.js';
import { isGrid } from '../../state/state.js';
import { strip } from '../../state/strip.js';
import { CellMemory, matrix } from '../matrix/matrix.js';
import { sparkline } from '../parts/chart.js';
import { isPinned, pinMark } from '../parts/controls.js';
import { filterGrid, filterLabel } from './grid.js';
import { lineage } from './lineage.js';

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
  const now = columnIndex(state, model);
  if (isGrid(state)) {
    const context = { pictures, grid: grid(state, model), current: now };
    return isLineageShown(state)
      ? lineage(state, model, context, actions)
      : filterGrid(state, model, context, actions);
  }
  const { layout: shape, columns, current, versus } = strip(state, model);
  const cells = cellsShown(state);
  memory.about([model.cell, pictures, shape.tile.width, shape.tile.height, cells]);
  return matrix(
    {
      title: 'Filters by captures',
      corner: 'filter',
      subject: `${state.run} ${state.layer.filter_patterns} strip`,
      rows: model.rows,
      columns,
      layout: shape,
      current,
      versus,
      cursor: state.cursor,
      open: state.item.filter_patterns,
      head: (row) => [
        el('b', null, isPinned(state, row) && pinMark, row.filter),
        classOf(topClass(model, row, model.columns[now])) ??
          sparkline(model.series(row), columnAxis(state, model, now)),
      ],
      cell: (row, column) =>
        memory.cell(`${column.index} ${row.key}`, picturesOf(model, row, column, pictures), () =>
          stripCell(cells, model, row, column, { pictures, box: shape.tile }),
        ),
    },
    actions,
  );
}

/**
 * The class that activates a filter most, in the head of its row.
 * @param {import('../../models/exemplars.js').ClassShare | null} top
 */
const classOf = (top) =>
  top && el('small', { class: 'of-class', title: `activated by ${name(top.name)}` }, name(top.name), el('br'), percent(top.share));

/**
 * @param {PatternModel} model
 * @param {PatternRow} row
 * @param {PatternColumn} column
 * @param {Pictures} pictures
 */
function picturesOf(model, row, column, pictures) {
  const latest = model.latest(row, column)?.column;
  const crops = latest && cropsKey(latest);
  return [latest?.picture && pictures.get(latest.picture), crops && pictures.get(crops)];
}

/**
 * @param {import('../../state/state.js').Cells} cells
 * @param {PatternModel} model
 * @param {PatternRow} row
 * @param {PatternColumn} column
 * @param {{pictures: Pictures, box: import('../../state/layout.js').Box}} how
 */
function stripCell(cells, model, row, column, { pictures, box }) {
  const cell = model.cell(row, column);
  const look = cellLook(cells, model, row, column, pictures, box);
  return {
    label: filterLabel(row, column, cell, look.word),
    className: cell?.origin === 'unchanged' ? 'unchanged' : '',
    look,
  };
}
