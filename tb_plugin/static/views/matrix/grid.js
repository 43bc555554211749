// @ts-check
/** A grid of one capture: items with one picture or several side by side, those in sight. */

import { el } from '../../dom/el.js';
import { ITEM_GAP, PART_GAP } from '../../state/layout.js';
import { frame } from '../parts/picture.js';

/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../dom/el.js').Child} Child */
/** @typedef {import('../../dom/el.js').Leaf} Leaf */
/** @typedef {import('../../state/layout.js').Grid} Grid */
/** @typedef {import('../../painting/looks.js').Look} Look */

/**
 * @typedef {object} Item
 * @property {string} label What a screen reader says, and the pointer reads.
 * @property {string} className
 * @property {{look: Look, over: Leaf[]}[]} pictures Side by side.
 * @property {Child} under What stands under them.
 */

/**
 * @template {{key: string}} R
 * @typedef {object} PictureGrid
 * @property {string} title What a screen reader calls it.
 * @property {string} subject Another one is another grid: it scrolls anew.
 * @property {R[]} rows One per item.
 * @property {Grid} grid
 * @property {string | null} cursor Key of the item that the keyboard is at.
 * @property {string | null} open Key of the item whose details are shown.
 * @property {(row: R) => Item} item
 * @property {(row: R) => boolean} [isSelected] Without it nothing can be selected.
 * @property {(row: R, event: MouseEvent) => void} [press] Without it a press opens the row.
 */

/**
 * @template {{key: string}} R
 * @param {PictureGrid<R>} what
 * @param {Actions} actions
 */
export function pictureGrid(what, actions) {
  const { grid, rows, open, isSelected } = what;
  const shown = rows
    .slice(...grid.items)
    .map((row, i) => ({ row, at: grid.items[0] + i, item: what.item(row) }));
  const home = shown.find(({ row }) => row.key === (open ?? what.cursor)) ?? shown[0];
  return el(
    'kv-scroller',
    {
      class: 'grid',
      key: `${what.subject} grid`,
      role: 'listbox',
      'aria-label': what.title,
      'aria-multiselectable': isSelected ? 'true' : null,
      '.onviewport': actions.setViewport,
      '.down': downTo(what),
      style: {
        '--tile': `${grid.tile.width}px`,
        '--tile-height': `${grid.tile.height}px`,
        '--item': `${grid.itemWidth}px`,
      },
    },
    el(
      'div',
      { class: 'items', style: { height: `${grid.height}px` } },
      mosaics(grid, shown),
      shown.map((each) => option(what, each, each === home, actions)),
    ),
  );
}

/**
 * @template {{key: string}} R
 * @param {PictureGrid<R>} what
 */
function downTo({ rows, cursor, open, grid, subject }) {
  const at = rows.findIndex((row) => row.key === (open ?? cursor));
  if (at < 0) return null;
  const from = Math.floor(at / grid.perRow) * grid.rowHeight;
  return { key: `${subject} ${rows[at].key}`, from, to: from + grid.rowHeight, inset: 0, turn: 0 };
}

/**
 * @param {Grid} grid
 * @param {number} at
 */
const left = ({ perRow, itemWidth }, at) => (at % perRow) * (itemWidth + ITEM_GAP);

/**
 * A canvas for each row.
 * @param {Grid} grid
 * @param {{at: number, item: Item}[]} shown
 */
function mosaics(grid, shown) {
  /** @type {Map<number, import('../parts/mosaic.js').Place[]>} */
  const rows = new Map();
  for (const { at, item } of shown) {
    const row = Math.floor(at / grid.perRow);
    const places = rows.get(row) ?? [];
    rows.set(row, places);
    item.pictures.forEach(({ look }, part) =>
      places.push({
        x: left(grid, at) + part * (grid.tile.width + PART_GAP),
        y: 0,
        drawing: look.drawing,
      }),
    );
  }
  const width = grid.perRow * (grid.itemWidth + ITEM_GAP);
  return [...rows].map(([row, places]) =>
    el('kv-mosaic', {
      key: `row ${row}`,
      style: { left: '0', top: `${row * grid.rowHeight}px` },
      '.content': { width, height: grid.tile.height, box: grid.tile, places },
    }),
  );
}

/**
 * @template {{key: string}} R
 * @param {PictureGrid<R>} what
 * @param {{row: R, at: number, item: Item}} shown
 * @param {boolean} isHome Whether the keyboard enters here.
 * @param {Actions} actions
 */
function option({ grid, open, isSelected, press = ({ key }) => actions.open(key) }, { row, at, item }, isHome, actions) {
  const isOpen = row.key === open;
  const isPicked = isSelected?.(row) ?? false;
  return el(
    'button',
    {
      key: row.key,
      type: 'button',
      class: ['item', item.className, isOpen && 'open', isPicked && 'picked'].filter(Boolean).join(' '),
      role: 'option',
      tabindex: isHome ? '0' : '-1',
      'aria-selected': String(isSelected ? isPicked : isOpen),
      'aria-current': isOpen ? 'true' : null,
      'aria-label': item.label,
      title: item.label,
      style: {
        left: `${left(grid, at)}px`,
        top: `${Math.floor(at / grid.perRow) * grid.rowHeight}px`,
      },
      onfocus: () => actions.setCursor(row.key),
      onclick: (/** @type {MouseEvent} */ event) => press(row, event),
    },
    el('span', { class: 'parts' }, item.pictures.map(({ look, over }) => frame(look, over))),
    isPicked && el('span', { class: 'check', 'aria-hidden': 'true' }, '✓'),
    item.under,
  );
}
