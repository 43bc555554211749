// @ts-check
/** Paints drawings, and the difference of two, on a canvas. */

import { heatmapPixels, mapDifference, mapShares, pictureDifference } from './heatmap.js';

/** @typedef {import('../models/patterns.js').Rect} Rect */
/** @typedef {import('../state/layout.js').Box} Box */

/**
 * @typedef {object} Drawing
 * @property {string} key Equal keys look equal.
 * @property {Box} box What the picture fits into.
 * @property {ImageBitmap | null} image Null: a map by itself.
 * @property {Rect} rect Of the image, what is shown.
 * @property {Overlay | null} overlay
 * @property {Part[]} [parts] Pictures that it is put together of; then `rect` is what they
 *   lie on.
 *
 * @typedef {object} Part
 * @property {ImageBitmap | null} image
 * @property {Rect} rect Of the image, what is shown.
 * @property {number} x Where it lies, in units of what the parts lie on.
 * @property {number} y
 * @property {number} width
 * @property {number} height
 * @property {boolean} isNew Whether it is framed.
 *
 * @typedef {object} Overlay
 * @property {import('./heatmap.js').RawMap} map
 * @property {import('./heatmap.js').Painting} painting
 */

const cut = new OffscreenCanvas(1, 1);
const layer = new OffscreenCanvas(1, 1);

/** Pixels of the screen per CSS pixel. */
export const density = () => window.devicePixelRatio || 1;

/**
 * Where the picture lies in its box: as large as fits, in the middle.
 * @param {Drawing} drawing
 * @returns {Rect} CSS pixels.
 */
export function placeIn({ rect, box }) {
  const fit = Math.min(box.width / rect.width, box.height / rect.height);
  const width = Math.max(1, Math.round(rect.width * fit));
  const height = Math.max(1, Math.round(rect.height * fit));
  const [x, y] = [Math.floor((box.width - width) / 2), Math.floor((box.height - height) / 2)];
  return { x, y, width, height };
}

/**
 * @param {OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D} context
 * @param {Drawing} drawing
 * @param {Rect} place Pixels of the canvas.
 * @param {boolean} isBare Without the heatmap.
 */
export function paint(context, drawing, place, isBare) {
  const { x, y, width, height } = place;
  if (drawing.image) {
    cutOut(drawing.image, drawing.rect);
    context.imageSmoothingQuality = 'high';
    context.drawImage(cut, x, y, width, height);
  }
  for (const part of drawing.parts ?? []) paintPart(context, part, place, width / drawing.rect.width);
  if (!drawing.overlay || isBare) return;
  const pixels = heatmapPixels(drawing.overlay.map, place, drawing.overlay.painting);
  layer.width = width;
  layer.height = height;
  layer.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
  context.drawImage(layer, x, y);
}

const FRAME = '#e87009'; // as --accent
const FRAME_PX = 2;

/**
 * @param {OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D} context
 * @param {Part} part
 * @param {Rect} place
 * @param {number} scale Pixels of the canvas per unit of the part.
 */
function paintPart(context, { image, rect, x, y, width, height, isNew }, place, scale) {
  if (!image) return;
  cutOut(image, rect);
  context.imageSmoothingQuality = 'high';
  const fit = Math.min(width / rect.width, height / rect.height) * scale;
  const size = { width: rect.width * fit, height: rect.height * fit };
  const left = place.x + x * scale + (width * scale - size.width) / 2;
  const top = place.y + y * scale + (height * scale - size.height) / 2;
  context.drawImage(cut, left, top, size.width, size.height);
  if (!isNew) return;
  context.strokeStyle = FRAME;
  context.lineWidth = FRAME_PX;
  context.strokeRect(left + 1, top + 1, size.width - FRAME_PX, size.height - FRAME_PX);
}

/**
 * Cut the tile out of its sheet before it is scaled: smoothing would let its neighbors
 * show through at its edges.
 * @param {ImageBitmap} image
 * @param {Rect} rect
 */
function cutOut(image, rect) {
  cut.width = rect.width;
  cut.height = rect.height;
  cut.getContext('2d')?.drawImage(image, -rect.x, -rect.y);
}

const scratch = new OffscreenCanvas(1, 1);

/**
 * Paint the difference of two drawings.
 * @param {OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D} context
 * @param {Drawing} now
 * @param {Drawing} versus
 * @param {Rect} place Pixels of the canvas.
 */
export function paintDifference(context, now, versus, place) {
  const { width, height } = place;
  const size = { width, height };
  const under = pixelsOf(now, size);
  const pixels =
    now.overlay && versus.overlay
      ? mapDifference(under, mapShares(versus.overlay, size), mapShares(now.overlay, size), width)
      : pictureDifference(pixelsOf(versus, size), under);
  const layer = new OffscreenCanvas(width, height);
  layer.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
  context.drawImage(layer, place.x, place.y);
}

/**
 * The picture without any heatmap.
 * @param {Drawing} drawing
 * @param {{width: number, height: number}} size
 */
function pixelsOf(drawing, { width, height }) {
  scratch.width = width;
  scratch.height = height;
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
    scratch.getContext('2d', { willReadFrequently: true })
  );
  paint(context, drawing, { x: 0, y: 0, width, height }, true);
  return context.getImageData(0, 0, width, height).data;
}
