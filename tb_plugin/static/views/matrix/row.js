// @ts-check
/** A row of a matrix, its tiles, and the heads of the columns. */

import { el } from '../../dom/el.js';
import { frame } from '../parts/picture.js';

/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../models/axis.js').Tick} Tick */

/**
 * @template {{key: string}} R
 * @template {{index: number, step: number, tick: Tick}} C
 * @param {import('./matrix.js').Matrix<R, C>} matrix
 * @param {import('./matrix.js').Line<R, C>} line
 * @param {boolean} isHome Whether the keyboard enters here.
 * @param {Actions} actions
 */
export function matrixRow(matrix, { row, index, cells }, isHome, actions) {
  const { layout, open } = matrix;
  return el(
    'div',
    {
      key: row.key,
      class: 'row',
      role: 'row',
      'aria-rowindex': String(index + 2),
      'aria-selected': String(row.key === open),
      style: { top: `${index * layout.rowHeight}px`, height: `${layout.rowHeight}px` },
    },
    el(
      'div',
      { class: 'row-head', role: 'rowheader', 'aria-colindex': '1', onclick: () => actions.open(row.key) },
      matrix.head(row),
    ),
    cells.map(({ column, cell }) => tile(matrix, row, column, { cell, isHome }, actions)),
  );
}

/**
 * The tile of a cell; the same object as before while nothing about it changed.
 * @template {{key: string}} R
 * @template {{index: number, step: number, tick: Tick}} C
 * @param {import('./matrix.js').Matrix<R, C>} matrix
 * @param {R} row
 * @param {C} column
 * @param {{cell: Cell, isHome: boolean}} what
 * @param {Actions} actions
 */
function tile(matrix, row, column, { cell, isHome }, actions) {
  const { layout, current } = matrix;
  const isCurrent = column.index === current;
  const place = { left: layout.headWidth + column.index * layout.pitch, isCurrent, isTab: isCurrent && isHome };
  const kept = tiles.get(cell);
  if (kept && kept.left === place.left && kept.isCurrent === isCurrent && kept.isTab === place.isTab) {
    return kept.node;
  }
  const node = newTile(row, column, { cell, ...place }, actions);
  tiles.set(cell, { ...place, node });
  return node;
}

/**
 * @typedef {import('./matrix.js').Cell} Cell
 * @typedef {{left: number, isCurrent: boolean, isTab: boolean}} TilePlace
 * @type {WeakMap<Cell, TilePlace & {node: import('../../dom/el.js').VNode}>}
 */
const tiles = new WeakMap();

/**
 * @template {{key: string}} R
 * @template {{index: number, step: number, tick: Tick}} C
 * @param {R} row
 * @param {C} column
 * @param {{cell: Cell} & TilePlace} what
 * @param {Actions} actions
 */
function newTile(row, column, { cell, left, isCurrent, isTab }, actions) {
  return el(
    'button',
    {
      key: `c${column.index}`,
      type: 'button',
      role: 'gridcell',
      class: columnClass(`cell ${cell.className}`, column.tick),
      tabindex: isTab ? '0' : '-1',
      'aria-colindex': String(column.index + 2),
      'aria-current': isCurrent ? 'true' : null,
      'aria-label': cell.label,
      title: cell.label,
      style: { left: `${left}px` },
      onfocus: () => actions.setCursor(row.key),
      onclick: () => {
        actions.goTo(column.step);
        actions.open(row.key);
      },
    },
    frame(cell.look, cell.over ?? []),
    cell.under,
  );
}

/**
 * @param {{key: string}} row
 * @param {{step: number}} column
 */
export const cellName = (row, column) => `${column.step} ${row.key}`;

/**
 * @param {string} name
 * @param {Tick} tick
 */
const columnClass = (name, tick) => (tick.isNewFit ? `${name} new-fit` : name);

/**
 * The heads of the columns; a click goes to that capture.
 * @template R
 * @template {{index: number, step: number, tick: Tick}} C
 * @param {import('./matrix.js').Matrix<R, C>} matrix
 * @param {Actions} actions
 */
export function heads({ layout, columns, current, versus, corner }, actions) {
  return el(
    'div',
    { class: 'heads', role: 'row', 'aria-rowindex': '1', style: { width: `${layout.width}px` } },
    el('div', { class: 'corner', role: 'columnheader', 'aria-colindex': '1' }, corner),
    columns.slice(...layout.columns).map(({ index, step, tick }) =>
      el(
        'div',
        {
          key: `c${index}`,
          role: 'columnheader',
          'aria-colindex': String(index + 2),
          class: columnClass('column-head', tick),
          'aria-current': index === current ? 'true' : null,
          title: tick.title,
          style: { left: `${layout.headWidth + index * layout.pitch}px` },
          onclick: () => actions.goTo(step),
        },
        index === versus && el('b', { class: 'pin' }, 'A'),
        tick.label,
      ),
    ),
  );
}
