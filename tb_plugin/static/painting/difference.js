// @ts-check
/**
 * Two pictures in, the pixels of their difference out.
 *
 * Two patterns: each channel is 128 + (b - a) / 2, so grey is alike, light is more
 * in b. Two heatmaps, each as shares of one scale: red where b sees more, blue
 * where a did, over the image in grey.
 */

const MIDDLE = 128;
/** Strongest colours of the difference of two heatmaps: more in b, more in a. */
const MORE = [214, 40, 40];
const LESS = [38, 98, 222];

/**
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
 * @param {Uint8ClampedArray} image RGBA, what lies under both.
 * @param {Float32Array} a Shares in [0, 1], one per pixel.
 * @param {Float32Array} b
 * @returns {Uint8ClampedArray<ArrayBuffer>}
 */
export function mapDifference(image, a, b) {
  const pixels = new Uint8ClampedArray(image.length);
  for (let i = 0; i < a.length; i++) {
    const by = b[i] - a[i];
    const grey = greyOf(image, 4 * i);
    const strength = Number.isFinite(by) ? Math.min(1, Math.abs(by)) : 0;
    const colour = by > 0 ? MORE : LESS;
    for (let c = 0; c < 3; c++) pixels[4 * i + c] = (1 - strength) * grey + strength * colour[c];
    pixels[4 * i + 3] = 255;
  }
  return pixels;
}

/**
 * Lighter than the image, so that both colours stand out.
 * @param {Uint8ClampedArray} image
 * @param {number} at
 */
const greyOf = (image, at) =>
  MIDDLE + (0.299 * image[at] + 0.587 * image[at + 1] + 0.114 * image[at + 2]) / 2;
