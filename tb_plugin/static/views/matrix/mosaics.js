// @ts-check
import { el } from '../../dom/el.js';

/**
 * The pictures in sight, in blocks of a canvas each: few enough layers to put
 * together, small enough pieces that scrolling adds and drops whole ones.
 */

const BLOCK = 8;

/**
 * @template R
 * @template {{index: number}} C
 * @param {import('./matrix.js').Matrix<R, C>} matrix
 * @param {import('./matrix.js').Line<R, C>[]} lines
 */
export function mosaics({ rows, columns, layout }, lines) {
  /** @type {Map<string, {across: number, down: number, places: import('../parts/mosaic.js').Place[]}>} */
  const blocks = new Map();
  for (const { index, cells } of lines) {
    for (const { column, cell } of cells) {
      const [across, down] = [column.index, index].map((i) => Math.floor(i / BLOCK));
      const key = `block ${across} ${down}`;
      const block = blocks.get(key) ?? { across, down, places: [] };
      blocks.set(key, block);
      block.places.push({
        x: (column.index % BLOCK) * layout.pitch,
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
