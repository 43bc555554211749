// @ts-check
/** A map of few cells in, its value at each of many pixels out. */

/**
 * @typedef {object} RawMap
 * @property {Float32Array} values height x width, row by row.
 * @property {number} width
 * @property {number} height
 */

/**
 * For each pixel along an axis the two cells it lies between, and how far.
 * @param {number} numPixels
 * @param {number} numCells
 */
export function cells(numPixels, numCells) {
  const low = new Int32Array(numPixels);
  const high = new Int32Array(numPixels);
  const part = new Float32Array(numPixels);
  for (let i = 0; i < numPixels; i++) {
    const at = Math.min(numCells - 1, Math.max(0, ((i + 0.5) * numCells) / numPixels - 0.5));
    low[i] = Math.floor(at);
    high[i] = Math.min(numCells - 1, low[i] + 1);
    part[i] = at - low[i];
  }
  return { low, high, part };
}

/** @typedef {ReturnType<typeof cells>} Cells */

/**
 * Bilinear between finite cells; not finite where the nearest cell is not.
 * @param {RawMap} map
 * @param {Cells} xs
 * @param {number} x
 * @param {Cells} ys
 * @param {number} y
 */
export function sampled(map, xs, x, ys, y) {
  const upper = ys.low[y] * map.width;
  const lower = ys.high[y] * map.width;
  const u = xs.part[x];
  const v = ys.part[y];
  const a = map.values[upper + xs.low[x]];
  const b = map.values[upper + xs.high[x]];
  const c = map.values[lower + xs.low[x]];
  const d = map.values[lower + xs.high[x]];
  const mixed = (1 - v) * ((1 - u) * a + u * b) + v * ((1 - u) * c + u * d);
  if (Number.isFinite(mixed)) return mixed;
  return v < 0.5 ? (u < 0.5 ? a : b) : u < 0.5 ? c : d;
}
