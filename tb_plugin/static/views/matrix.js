// @ts-check
import { el } from '../dom.js';
import { HEAD_HEIGHT } from '../matrix.js';
import { columnClass, matrixRow } from './matrix_row.js';

/** @typedef {import('../dom.js').VNode} VNode */
/** @typedef {import('../dom.js').Child} Child */
/** @typedef {import('../axis.js').Tick} Tick */
/** @typedef {import('../actions.js').Actions} Actions */

/**
 * @template R, C
 * @typedef {object} Matrix
 * @property {string} title What a screen reader calls it.
 * @property {string} corner Over the row heads.
 * @property {R[]} rows
 * @property {C[]} columns
 * @property {import('../matrix.js').Layout} layout
 * @property {number} current Index of the present column.
 * @property {number} versus Index of the column compared with, or -1.
 * @property {string | null} cursor Key of the row that the keyboard is at.
 * @property {string | null} open Key of the row whose details are shown.
 * @property {string} subject Another one is another matrix: it scrolls anew.
 * @property {(row: R) => Child} head
 * @property {(row: R, column: C) => Cell} cell
 */
/**
 * @typedef {object} Cell
 * @property {string} label What a screen reader says, and the pointer reads.
 * @property {string} className
 * @property {Child} content
 */

/**
 * Rows by captures; only what can be seen is there.
 * @template {{key: string}} R
 * @template {{index: number, step: number, tick: Tick}} C
 * @param {Matrix<R, C>} matrix
 * @param {Actions} actions
 * @returns {VNode}
 */
export function matrix(matrix, actions) {
  const { layout, rows, subject, title } = matrix;
  const seen = rows.slice(...layout.rows);
  const home = seen.find((row) => row.key === (matrix.open ?? matrix.cursor)) ?? seen[0];
  return el(
    'kv-scroller',
    {
      class: 'matrix',
      key: subject,
      role: 'grid',
      'aria-label': title,
      'aria-rowcount': String(rows.length),
      'aria-colcount': String(matrix.columns.length),
      '.onviewport': actions.setViewport,
      '.across': acrossTo(matrix),
      '.down': downTo(matrix),
      style: {
        '--tile': `${layout.tile.width}px`,
        '--tile-height': `${layout.tile.height}px`,
        '--row-height': `${layout.rowHeight}px`,
        '--head': `${layout.headWidth}px`,
      },
    },
    heads(matrix, actions),
    el(
      'div',
      { class: 'rows', style: { width: `${layout.width}px`, height: `${layout.height}px` } },
      seen.map((row, i) => matrixRow(matrix, row, layout.rows[0] + i, row === home, actions)),
    ),
  );
}

/**
 * @template R, C
 * @param {Matrix<R, C>} matrix
 */
function acrossTo({ layout: { headWidth, pitch, columns }, current, subject }) {
  const from = headWidth + current * pitch;
  return {
    key: `${subject} ${current} ${pitch} ${columns[1] - columns[0]}`,
    from: from - pitch,
    to: from + 2 * pitch,
    inset: headWidth,
  };
}

/**
 * @template {{key: string}} R
 * @template C
 * @param {Matrix<R, C>} matrix
 */
function downTo({ rows, cursor, open, layout: { rowHeight }, subject }) {
  const at = rows.findIndex((row) => row.key === (open ?? cursor));
  if (at < 0) return null;
  const from = HEAD_HEIGHT + at * rowHeight;
  return { key: `${subject} ${rows[at].key}`, from, to: from + rowHeight, inset: HEAD_HEIGHT };
}

/**
 * @template R
 * @template {{index: number, step: number, tick: Tick}} C
 * @param {Matrix<R, C>} matrix
 * @param {Actions} actions
 */
function heads({ layout, columns, current, versus, corner }, actions) {
  return el(
    'div',
    { class: 'heads', style: { width: `${layout.width}px` } },
    el('div', { class: 'corner' }, corner),
    columns.slice(...layout.columns).map(({ index, step, tick }) =>
      el(
        'button',
        {
          key: step,
          type: 'button',
          tabindex: '-1',
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
