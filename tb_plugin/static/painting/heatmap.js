// @ts-check
/**
 * Computes the pixels of a heatmap, and of the difference of two pictures.
 *
 * A value v is its share of `top`, in [0, 1]; `top` is the caller's: the largest
 * value of this image over the whole run, or of this one picture. Between the cells
 * of a heatmap values are interpolated (bilinear, cell centres, edges held), then
 * coloured; never the other way round, which would invent colours.
 *
 * Weak evidence lets the image through: at opacity o a pixel covers
 *     o · (o⁴ + (1 − o⁴) · min(1, 2v))
 * of the image, so the picture stays readable where the heatmap has no evidence, and
 * at o = 1 the heatmap alone is seen.
 *
 * What is not a finite number is no value: it is hatched, never painted as zero.
 */

const HATCH_PX = 4;
const HATCH_LIGHT = 208;
const HATCH_DARK = 72;

/**
 * @typedef {object} RawMap
 * @property {Float32Array} values height x width, row by row.
 * @property {number} width
 * @property {number} height
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
 * The value under each pixel, as a share of the scale; not finite where there is none.
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
 * Share of the scale, in [0, 1]; 0 if the scale has no extent.
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

/**
 * For each pixel along an axis, the two cells it lies between, and how far from the
 * first.
 * @param {number} numPixels
 * @param {number} numCells
 */
function cells(numPixels, numCells) {
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
function sampled(map, xs, x, ys, y) {
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

const INSIDE = 255;
const OUTSIDE = 0;

/**
 * Outline the region whose values reach `level`: a white line along its inside, a
 * black one along its outside, so that it is seen on any ground.
 * @param {Uint8ClampedArray} pixels RGBA; the outline is written over them.
 * @param {Float32Array} values One per pixel.
 * @param {number} width Of the picture.
 * @param {number} level
 */
export function drawContour(pixels, values, width, level) {
  const height = values.length / width;
  const isIn = (/** @type {number} */ x, /** @type {number} */ y) =>
    x >= 0 && y >= 0 && x < width && y < height && values[y * width + x] >= level;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const here = isIn(x, y);
      const differs =
        isIn(x - 1, y) !== here ||
        isIn(x + 1, y) !== here ||
        isIn(x, y - 1) !== here ||
        isIn(x, y + 1) !== here;
      if (differs) setGrey(pixels, 4 * at, here ? INSIDE : OUTSIDE);
    }
  }
}

/**
 * @param {Uint8ClampedArray} pixels
 * @param {number} at
 * @param {number} grey
 */
function setGrey(pixels, at, grey) {
  pixels[at] = pixels[at + 1] = pixels[at + 2] = grey;
  pixels[at + 3] = 255;
}

const MIDDLE = 128;
/** Strongest colours of the difference of two heatmaps: more in b, more in a. */
const MORE = [214, 40, 40];
const LESS = [38, 98, 222];

/** The colours of differences as CSS gradients: more in a, alike, more in b. */
export const DIFFERENCE_GRADIENTS = {
  grad_cam: `linear-gradient(to right, rgb(${LESS}), rgb(192 192 192), rgb(${MORE}))`,
  filter_patterns: 'linear-gradient(to right, #000, rgb(128 128 128), #fff)',
};

/**
 * The difference of two patterns: each channel is 128 + (b - a) / 2, so grey is
 * alike and light is more in b.
 * @param {Uint8ClampedArray} a RGBA.
 * @param {Uint8ClampedArray} b As large.
 * @returns {Uint8ClampedArray<ArrayBuffer>}
 */
export function pictureDifference(a, b) {
  const pixels = new Uint8ClampedArray(a.length);
  for (let i = 0; i < a.length; i++) pixels[i] = i % 4 === 3 ? 255 : MIDDLE + (b[i] - a[i]) / 2;
  return pixels;
}

/**
 * The difference of two heatmaps: red where b is higher, blue where a is, over the
 * image in grey; hatched where one of them has no value.
 * @param {Uint8ClampedArray} image RGBA, what lies under both.
 * @param {Float32Array} a Shares in [0, 1], one per pixel.
 * @param {Float32Array} b
 * @param {number} width Pixels of a line.
 * @returns {Uint8ClampedArray<ArrayBuffer>}
 */
export function mapDifference(image, a, b, width) {
  const pixels = new Uint8ClampedArray(image.length);
  for (let i = 0; i < a.length; i++) {
    const by = b[i] - a[i];
    if (!Number.isFinite(by)) {
      hatch(pixels, 4 * i, (i % width) + Math.floor(i / width));
      continue;
    }
    const grey = greyOf(image, 4 * i);
    const strength = Math.min(1, Math.abs(by));
    const colour = by > 0 ? MORE : LESS;
    for (let c = 0; c < 3; c++) pixels[4 * i + c] = (1 - strength) * grey + strength * colour[c];
    pixels[4 * i + 3] = 255;
  }
  return pixels;
}

/**
 * The gray of the image, lightened so that both colors stand out.
 * @param {Uint8ClampedArray} image
 * @param {number} at
 */
const greyOf = (image, at) =>
  MIDDLE + (0.299 * image[at] + 0.587 * image[at + 1] + 0.114 * image[at + 2]) / 2;
