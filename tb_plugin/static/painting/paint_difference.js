// @ts-check
/** Two drawings in, their difference on a canvas out. */

import { mapDifference, pictureDifference } from './difference.js';
import { mapShares } from './heatmap.js';
import { paint } from './paint.js';

/** @typedef {import('./paint.js').Drawing} Drawing */
/** @typedef {import('../models/patterns.js').Rect} Rect */

const scratch = new OffscreenCanvas(1, 1);

/**
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
      ? mapDifference(under, mapShares(versus.overlay, size), mapShares(now.overlay, size))
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
