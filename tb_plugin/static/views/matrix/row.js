// @ts-check
/** A row of a matrix, its tiles, and the heads of the columns. */

import { el } from '../../dom/el.js';
import { counted, momentOf } from '../../models/words.js';
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
    cells.map(({ column, at, cell }) => tile(matrix, row, column, { cell, at, isHome }, actions)),
  );
}

/**
 * The tile of a cell; the same object as before while nothing about it changed.
 * @template {{key: string}} R
 * @template {{index: number, step: number, tick: Tick}} C
 * @param {import('./matrix.js').Matrix<R, C>} matrix
 * @param {R} row
 * @param {C} column
 * @param {{cell: Cell, at: number, isHome: boolean}} what
 * @param {Actions} actions
 */
function tile(matrix, row, column, { cell, at, isHome }, actions) {
  const { layout, current } = matrix;
  const isCurrent = at === current;
  const place = { left: layout.headWidth + at * layout.pitch, at, isCurrent, isTab: isCurrent && isHome };
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
 * @typedef {{left: number, at: number, isCurrent: boolean, isTab: boolean}} TilePlace
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
function newTile(row, column, { cell, left, at, isCurrent, isTab }, actions) {
  return el(
    'button',
    {
      key: `c${column.index}`,
      type: 'button',
      role: 'gridcell',
      class: columnClass(`cell ${cell.className}`, column.tick),
      tabindex: isTab ? '0' : '-1',
      'aria-colindex': String(at + 2),
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
    columns.slice(...layout.columns).map((column, i) => {
      const at = layout.columns[0] + i;
      return el(
        'div',
        {
          key: `c${column.index}`,
          role: 'columnheader',
          'aria-colindex': String(at + 2),
          class: columnClass('column-head', column.tick),
          'aria-current': at === current ? 'true' : null,
          title: column.tick.title,
          style: { left: `${layout.headWidth + at * layout.pitch}px` },
          onclick: () => actions.goTo(column.step),
        },
        gap(columns[at - 1], column, actions),
        at === versus && el('b', { class: 'pin' }, 'A'),
        column.tick.label,
      );
    }),
  );
}

/**
 * Where captures are not shown between two columns: a click shows only the range of the
 * two, in which there is room for them.
 * @template {{index: number, step: number, tick: Tick}} C
 * @param {C | undefined} before
 * @param {C} column
 * @param {Actions} actions
 */
function gap(before, column, actions) {
  const count = before ? column.index - before.index - 1 : 0;
  if (!before || !count) return null;
  return el(
    'span',
    {
      class: 'gap-mark',
      title: `${counted(count, 'more capture')} between ${momentOf(before.tick)} and ${momentOf(column.tick)}: show them`,
      onclick: (/** @type {Event} */ event) => {
        event.stopPropagation();
        actions.setLook({ from: before.step, to: column.step });
      },
    },
    '⋮',
  );
}
