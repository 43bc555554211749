// @ts-check
/** A matrix of pictures: rows by captures, of which only what can be seen is drawn. */

import { el } from '../../dom/el.js';
import { HEAD_HEIGHT } from '../../state/layout.js';
import { heads, matrixRow } from './row.js';

/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../dom/el.js').Child} Child */
/** @typedef {import('../../models/axis.js').Tick} Tick */
/** @typedef {import('../../dom/el.js').VNode} VNode */

/**
 * @template R, C
 * @typedef {object} Matrix
 * @property {string} title What a screen reader calls it.
 * @property {string} corner Over the row heads.
 * @property {R[]} rows
 * @property {C[]} columns Those that are shown, of more perhaps.
 * @property {import('../../state/layout.js').Layout} layout
 * @property {number} current Place of the present column among them.
 * @property {number} versus Place of the column compared with, or -1.
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
 * @property {import('../../painting/looks.js').Look} look
 * @property {(import('../../dom/el.js').Leaf)[]} [over] What lies over the picture.
 * @property {Child} [under] What stands under it.
 */

/**
 * Rows by captures; only cells in sight are in the page.
 * @template {{key: string}} R
 * @template {{index: number, step: number, tick: Tick}} C
 * @param {Matrix<R, C>} matrix
 * @param {Actions} actions
 * @returns {VNode}
 */
export function matrix(matrix, actions) {
  const { layout, rows, subject, title } = matrix;
  const lines = linesOf(matrix);
  const shown = lines.map(({ row }) => row);
  const home = shown.find((row) => row.key === (matrix.open ?? matrix.cursor)) ?? shown[0];
  return el(
    'kv-scroller',
    {
      class: 'matrix',
      key: subject,
      role: 'grid',
      'aria-label': title,
      'aria-rowcount': String(rows.length + 1), // with the heads
      'aria-colcount': String(matrix.columns.length + 1),
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
      wash(matrix),
      mosaics(matrix, lines),
      lines.map((line) => matrixRow(matrix, line, line.row === home, actions)),
    ),
  );
}

/**
 * @template R, C
 * @typedef {{row: R, index: number, cells: {column: C, at: number, cell: Cell}[]}} Line
 */

/**
 * What can be seen.
 * @template R, C
 * @param {Matrix<R, C>} matrix
 * @returns {Line<R, C>[]}
 */
function linesOf({ rows, columns, layout, cell }) {
  const seen = columns.slice(...layout.columns);
  return rows.slice(...layout.rows).map((row, i) => ({
    row,
    index: layout.rows[0] + i,
    cells: seen.map((column, at) => ({ column, at: layout.columns[0] + at, cell: cell(row, column) })),
  }));
}

/**
 * The mark behind the pictures of the open row.
 * @template {{key: string}} R
 * @template C
 * @param {Matrix<R, C>} matrix
 */
function wash({ rows, open, layout: { rowHeight } }) {
  const at = rows.findIndex((row) => row.key === open);
  const style = { top: `${at * rowHeight}px`, height: `${rowHeight}px` };
  return at >= 0 && el('div', { class: 'wash', key: 'wash', style });
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
    turn: 0.5,
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
  return { key: `${subject} ${rows[at].key}`, from, to: from + rowHeight, inset: HEAD_HEIGHT, turn: 0 };
}

const BLOCK = 8; // columns and rows of a canvas

/**
 * The pictures in sight, in blocks of one canvas each: few enough layers to compose,
 * small enough that scrolling adds and drops whole blocks.
 * @template R, C
 * @param {Matrix<R, C>} matrix
 * @param {Line<R, C>[]} lines
 */
function mosaics({ rows, columns, layout }, lines) {
  /** @type {Map<string, {across: number, down: number, places: import('../parts/mosaic.js').Place[]}>} */
  const blocks = new Map();
  for (const { index, cells } of lines) {
    for (const { at, cell } of cells) {
      const [across, down] = [at, index].map((i) => Math.floor(i / BLOCK));
      const key = `block ${across} ${down}`;
      const block = blocks.get(key) ?? { across, down, places: [] };
      blocks.set(key, block);
      block.places.push({
        x: (at % BLOCK) * layout.pitch,
        y: (index % BLOCK) * layout.rowHeight,
        drawing: cell.look.drawing,
      });
    }
  }
  const { headWidth, pitch, rowHeight, tile } = layout;
  const extent = (/** @type {number} */ at, /** @type {number} */ count) =>
    Math.min(BLOCK, count - BLOCK * at);
  return [...blocks].map(([key, { across, down, places }]) =>
    el('kv-mosaic', {
      key,
      style: {
        left: `${headWidth + across * BLOCK * pitch}px`,
        top: `${down * BLOCK * rowHeight}px`,
      },
      '.content': {
        width: extent(across, columns.length) * pitch,
        height: extent(down, rows.length) * rowHeight,
        box: tile,
        places,
      },
    }),
  );
}

/**
 * Keeps the cells of a matrix while what they depend on is the same: a step in time
 * marks another column and leaves hundreds of cells as they are. The same cell is
 * the same object, so that nothing below it is described or compared again.
 * @template {object} C
 */
export class CellMemory {
  /** @type {readonly unknown[]} */
  #common = [];
  /** @type {Map<string, {own: readonly unknown[], cell: C}>} */
  #kept = new Map();

  /**
   * @param {readonly unknown[]} common What every cell follows from.
   */
  about(common) {
    if (isSame(common, this.#common)) return;
    this.#common = common;
    this.#kept.clear();
  }

  /**
   * @param {string} name Of the cell.
   * @param {readonly unknown[]} own What this one follows from besides.
   * @param {() => C} make
   * @returns {C}
   */
  cell(name, own, make) {
    const kept = this.#kept.get(name);
    if (kept && isSame(own, kept.own)) return kept.cell;
    if (this.#kept.size >= MAX_CELLS) this.#kept.clear();
    const cell = make();
    this.#kept.set(name, { own, cell });
    return cell;
  }
}

const MAX_CELLS = 8192;

/**
 * @param {readonly unknown[]} a
 * @param {readonly unknown[]} b
 */
const isSame = (a, b) => a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
