// @ts-check
/**
 * The values under a picture's pixels in, the outline of the top region out: a
 * white line along the inside of where the values reach `level`, a black one
 * along the outside, so that it is seen on any ground.
 */

const INSIDE = 255;
const OUTSIDE = 0;

/**
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
