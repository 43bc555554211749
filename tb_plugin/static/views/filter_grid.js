// @ts-check
import { el } from '../dom.js';
import { patternLook } from '../looks.js';
import { number } from '../words.js';
import { filterLabel } from './filters.js';
import { picture } from './picture.js';

/** @typedef {import('../patterns.js').PatternModel} PatternModel */
/** @typedef {import('../patterns.js').PatternRow} PatternRow */
/** @typedef {import('../actions.js').Actions} Actions */

/**
 * @typedef {object} Context
 * @property {import('../pictures.js').Pictures} pictures
 * @property {import('../matrix.js').Grid} grid
 * @property {number} current
 */

/**
 * All filters at the present capture.
 * @param {import('../state.js').State} state
 * @param {PatternModel} model
 * @param {Context} context
 * @param {Actions} actions
 */
export function filterGrid(state, model, context, actions) {
  const { grid } = context;
  const open = state.item.filter_patterns;
  const cursor = open ?? state.cursor ?? model.rows[0]?.key;
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
      model.rows
        .slice(...grid.items)
        .map((row, i) => item(model, row, grid.items[0] + i, context, { open, cursor, actions })),
    ),
  );
}

/**
 * @param {PatternModel} model
 * @param {PatternRow} row
 * @param {number} at
 * @param {Context} context
 * @param {{open: string | null, cursor: string, actions: Actions}} how
 */
function item(model, row, at, { pictures, grid, current }, { open, cursor, actions }) {
  const column = model.columns[current];
  const cell = model.cell(row, column);
  const look = patternLook(cell, column.picture, pictures, grid.tile);
  const label = filterLabel(row, column, cell, look.word);
  return el(
    'button',
    {
      key: row.key,
      type: 'button',
      class: 'item',
      role: 'option',
      tabindex: row.key === cursor ? '0' : '-1',
      'aria-selected': String(row.key === open),
      'aria-label': label,
      title: label,
      style: {
        left: `${(at % grid.perRow) * (grid.tile.width + 8)}px`,
        top: `${Math.floor(at / grid.perRow) * grid.rowHeight}px`,
      },
      onfocus: () => actions.setCursor(row.key),
      onclick: () => actions.open(row.key),
    },
    picture(look),
    el('span', { class: 'caption' }, el('b', null, row.filter), cell && number(cell.objective)),
  );
}
