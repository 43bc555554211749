// @ts-check
/**
 * A raw map in, the pixels that lie over the image out.
 *
 * A value v is its share of `top`, in [0, 1]; `top` is the caller's: the largest
 * value of this image over the whole run, or of this one picture. Between the
 * map's cells values are interpolated (bilinear, cell centres, edges held), then
 * coloured; never the other way round, which would invent colours.
 *
 * Weak evidence lets the image through: at opacity o a pixel covers
 *     o · (o⁴ + (1 − o⁴) · min(1, 2v))
 * of the image, so the picture stays readable where the map says nothing, and at
 * o = 1 the map alone is seen.
 *
 * What is not a finite number is no value: it is hatched, never painted as zero.
 */

import { drawContour } from './contour.js';
import { cells, sampled } from './resample.js';

const HATCH_PX = 4;
const HATCH_LIGHT = 208;
const HATCH_DARK = 72;

/**
 * @typedef {import('./resample.js').RawMap} RawMap
 *
 * @typedef {object} Painting
 * @property {number} top What is painted as 1.
 * @property {Uint8Array} table 256 colours, three bytes each.
 * @property {number} opacity In [0, 1].
 * @property {number | null} contour The value along which the top region is outlined.
 */

/**
 * @param {RawMap} map
 * @param {{width: number, height: number}} size Of the result, in pixels.
 * @param {Painting} painting
 * @returns {Uint8ClampedArray<ArrayBuffer>} RGBA, not premultiplied.
 */
export function heatmapPixels(map, size, painting) {
  const pixels = new Uint8ClampedArray(4 * size.width * size.height);
  const xs = cells(size.width, map.width);
  const ys = cells(size.height, map.height);
  const values = new Float32Array(size.width * size.height);
  for (let y = 0, at = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, at++) {
      const value = sampled(map, xs, x, ys, y);
      values[at] = value;
      if (Number.isFinite(value)) paint(pixels, 4 * at, share(value, painting.top), painting);
      else hatch(pixels, 4 * at, x + y);
    }
  }
  if (painting.contour !== null) drawContour(pixels, values, size.width, painting.contour);
  return pixels;
}

/**
 * What lies under each pixel, as a share of the scale; not finite where no value is.
 * @param {{map: RawMap, painting: Painting}} overlay
 * @param {{width: number, height: number}} size
 */
export function mapShares({ map, painting }, size) {
  const xs = cells(size.width, map.width);
  const ys = cells(size.height, map.height);
  return Float32Array.from({ length: size.width * size.height }, (_, i) => {
    const value = sampled(map, xs, i % size.width, ys, Math.floor(i / size.width));
    return Number.isFinite(value) ? share(value, painting.top) : NaN;
  });
}

/**
 * Share of the scale, in [0, 1]; 0 where the scale has no extent.
 * @param {number} value
 * @param {number} top
 */
export const share = (value, top) => (top > 0 ? Math.min(1, Math.max(0, value / top)) : 0);

/**
 * How much of the image a value in [0, 1] covers.
 * @param {number} value
 * @param {number} opacity
 */
export function coverage(value, opacity) {
  const floor = opacity ** 4;
  return opacity * (floor + (1 - floor) * Math.min(1, 2 * value));
}

/**
 * @param {Uint8ClampedArray} pixels
 * @param {number} at
 * @param {number} value In [0, 1].
 * @param {Painting} painting
 */
function paint(pixels, at, value, { table, opacity }) {
  const colour = 3 * Math.round(255 * value);
  pixels[at] = table[colour];
  pixels[at + 1] = table[colour + 1];
  pixels[at + 2] = table[colour + 2];
  pixels[at + 3] = 255 * coverage(value, opacity);
}

/**
 * @param {Uint8ClampedArray} pixels
 * @param {number} at
 * @param {number} diagonal x + y of the pixel.
 */
function hatch(pixels, at, diagonal) {
  const level = Math.floor(diagonal / HATCH_PX) % 2 ? HATCH_LIGHT : HATCH_DARK;
  pixels[at] = pixels[at + 1] = pixels[at + 2] = level;
  pixels[at + 3] = 255;
}
