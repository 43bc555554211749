// @ts-check
/** A value in [0, 1] in, a colour out. */

import { GREY, JET, TURBO, VIRIDIS } from './colormap_tables.js';

/** @typedef {import('../api/types.js').ColormapName} ColormapName */

/** @type {Readonly<Record<ColormapName, string>>} */
const HEX = { viridis: VIRIDIS, turbo: TURBO, jet: JET, grey: GREY };

/** @type {readonly ColormapName[]} */
export const COLORMAPS = ['turbo', 'viridis', 'jet', 'grey'];

/** @type {Map<ColormapName, Uint8Array>} */
const tables = new Map();

/**
 * 256 colours, three bytes each.
 * @param {ColormapName} name
 * @returns {Uint8Array}
 */
export function colormapTable(name) {
  const known = tables.get(name);
  if (known) return known;
  const hex = HEX[name];
  const table = Uint8Array.from({ length: 768 }, (_, i) => parseInt(hex.substr(2 * i, 2), 16));
  tables.set(name, table);
  return table;
}

/**
 * The map as a CSS gradient, for a legend.
 * @param {ColormapName} name
 */
export function colormapGradient(name) {
  const stops = Array.from({ length: 17 }, (_, i) => Math.min(255, 16 * i));
  return `linear-gradient(to right, ${stops.map((i) => `#${HEX[name].substr(6 * i, 6)}`)})`;
}
