// @ts-check
import { el } from '../dom.js';

/** @typedef {import('../axis.js').Tick} Tick */
/** @typedef {import('../actions.js').Actions} Actions */

/**
 * @param {string} name
 * @param {Tick} tick
 */
export const columnClass = (name, tick) => (tick.event === 'new fit' ? `${name} new-fit` : name);

/**
 * @template {{key: string}} R
 * @template {{index: number, step: number, tick: Tick}} C
 * @param {import('./matrix.js').Matrix<R, C>} matrix
 * @param {R} row
 * @param {number} at Index of the row.
 * @param {boolean} isHome Whether the keyboard enters here.
 * @param {Actions} actions
 */
export function matrixRow(matrix, row, at, isHome, actions) {
  const { layout, columns, open } = matrix;
  const isOpen = row.key === open;
  return el(
    'div',
    {
      key: row.key,
      class: 'row',
      role: 'row',
      'aria-rowindex': String(at + 1),
      'aria-selected': String(isOpen),
      style: { top: `${at * layout.rowHeight}px`, height: `${layout.rowHeight}px` },
    },
    el(
      'div',
      { class: 'row-head', role: 'rowheader', onclick: () => actions.open(row.key) },
      matrix.head(row),
    ),
    columns.slice(...layout.columns).map((column) => {
      const { label, className, content } = matrix.cell(row, column);
      const isCurrent = column.index === matrix.current;
      return el(
        'button',
        {
          key: column.step,
          type: 'button',
          role: 'gridcell',
          class: columnClass(`cell ${className}`, column.tick),
          tabindex: isCurrent && isHome ? '0' : '-1',
          'aria-colindex': String(column.index + 1),
          'aria-current': isCurrent ? 'true' : null,
          'aria-label': label,
          title: label,
          style: { left: `${layout.headWidth + column.index * layout.pitch}px` },
          onfocus: () => actions.setCursor(row.key),
          onclick: () => {
            actions.goTo(column.step);
            actions.open(row.key);
          },
        },
        content,
      );
    }),
  );
}
