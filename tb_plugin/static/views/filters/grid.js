// @ts-check
/** All patterns of one capture, as a grid; and how a pattern is labeled. */

import { el } from '../../dom/el.js';
import { drawnHow, number } from '../../models/words.js';
import { cellLook } from '../../painting/exemplar_looks.js';
import { ITEM_GAP } from '../../state/layout.js';
import { cellsShown } from '../../state/select.js';
import { frame } from '../parts/picture.js';

/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../state/layout.js').Grid} Grid */
/** @typedef {import('../../painting/looks.js').Look} Look */
/** @typedef {import('../../models/patterns.js').PatternCell} PatternCell */
/** @typedef {import('../../models/patterns.js').PatternColumn} PatternColumn */
/** @typedef {import('../../models/patterns.js').PatternModel} PatternModel */
/** @typedef {import('../../models/patterns.js').PatternRow} PatternRow */

/**
 * @typedef {object} Context
 * @property {import('../../pictures/pictures.js').Pictures} pictures
 * @property {Grid} grid
 * @property {number} current
 *
 * @typedef {object} Item
 * @property {PatternRow} row
 * @property {number} at Index among all filters.
 * @property {Look} look
 * @property {string} label
 * @property {string} caption
 */

/**
 * All filters at the present capture.
 * @param {import('../../state/state.js').State} state
 * @param {PatternModel} model
 * @param {Context} context
 * @param {Actions} actions
 */
export function filterGrid(state, model, context, actions) {
  const { grid } = context;
  const open = state.item.filter_patterns;
  const items = itemsOf(cellsShown(state), model, context);
  const home = items.find(({ row }) => row.key === (open ?? state.cursor)) ?? items[0];
  return el(
    'kv-scroller',
    {
      class: 'grid',
      key: `${state.run} ${state.layer.filter_patterns} grid`,
      role: 'listbox',
      'aria-label': 'Filters at this capture',
      '.onviewport': actions.setViewport,
      style: { '--tile': `${grid.tile.width}px`, '--tile-height': `${grid.tile.height}px` },
    },
    el(
      'div',
      { class: 'items', style: { height: `${grid.height}px` } },
      mosaics(grid, items),
      items.map((item) => option(grid, item, { open, isHome: item === home }, actions)),
    ),
  );
}

/**
 * What can be seen.
 * @param {import('../../state/state.js').Cells} cells
 * @param {PatternModel} model
 * @param {Context} context
 * @returns {Item[]}
 */
function itemsOf(cells, model, { pictures, grid, current }) {
  const column = model.columns[current];
  return model.rows.slice(...grid.items).map((row, i) => {
    const cell = model.cell(row, column);
    const look = cellLook(cells, model, row, column, pictures, grid.tile);
    const label = filterLabel(row, column, cell, look.word);
    return { row, at: grid.items[0] + i, look, label, caption: cell ? number(cell.objective) : '' };
  });
}

/**
 * @param {Grid} grid
 * @param {number} at
 */
const left = (grid, at) => (at % grid.perRow) * (grid.tile.width + ITEM_GAP);

/**
 * A canvas for each row.
 * @param {Grid} grid
 * @param {Item[]} items
 */
function mosaics(grid, items) {
  const rows = new Set(items.map(({ at }) => Math.floor(at / grid.perRow)));
  return [...rows].map((row) => {
    const ofRow = items.filter(({ at }) => Math.floor(at / grid.perRow) === row);
    const places = ofRow.map(({ at, look }) => ({
      x: left(grid, at),
      y: 0,
      drawing: look.drawing,
    }));
    const width = grid.perRow * (grid.tile.width + ITEM_GAP);
    return el('kv-mosaic', {
      key: `row ${row}`,
      style: { left: '0', top: `${row * grid.rowHeight}px` },
      '.content': { width, height: grid.tile.height, box: grid.tile, places },
    });
  });
}

/**
 * @param {Grid} grid
 * @param {Item} item
 * @param {{open: string | null, isHome: boolean}} how
 * @param {Actions} actions
 */
function option(grid, { row, at, look, label, caption }, { open, isHome }, actions) {
  return el(
    'button',
    {
      key: row.key,
      type: 'button',
      class: 'item',
      role: 'option',
      tabindex: isHome ? '0' : '-1',
      'aria-selected': String(row.key === open),
      'aria-label': label,
      title: label,
      style: {
        left: `${left(grid, at)}px`,
        top: `${Math.floor(at / grid.perRow) * grid.rowHeight}px`,
      },
      onfocus: () => actions.setCursor(row.key),
      onclick: () => actions.open(row.key),
    },
    frame(look),
    el('span', { class: 'caption' }, el('b', null, row.filter), caption),
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
