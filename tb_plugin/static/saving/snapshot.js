// @ts-check
/** Paints what the detail shows on a canvas of its own, with a caption. */

import { momentOf } from '../models/words.js';
import { paint, paintDifference, placeIn } from '../painting/paint.js';

/** @typedef {import('../painting/pair.js').Pair} Pair */
/** @typedef {import('../painting/pair.js').Side} Side */
/** @typedef {import('../painting/paint.js').Box} Box */

const CAPTION_PX = 22;
const INK = '#202124';
const PAPER = '#ffffff';

/**
 * @param {Pair} pair
 * @param {Pick<import('../state/state.js').State, 'ab' | 'swipe'>} how
 * @param {Box} box Of one picture.
 * @param {readonly string[]} facts Lines under the caption.
 */
export function paintPair({ now, versus }, { ab, swipe }, box, facts) {
  const isSide = versus !== null && ab === 'side';
  const canvas = new OffscreenCanvas(box.width * (isSide ? 2 : 1), heightOf(box, facts));
  const context = contextOf(canvas);
  if (versus && ab === 'difference') {
    paintSides(context, now, versus, box);
  } else {
    paintAt(context, now, box, isSide ? box.width : 0);
    if (versus) covered(context, versus, box, isSide ? 1 : swipe);
  }
  const words = versus ? `A ${momentOf(versus.tick)}   B ${momentOf(now.tick)}` : momentOf(now.tick);
  captions(context, [words, ...facts], canvas.width, box.height);
  return canvas;
}

/**
 * One frame of an animation.
 * @param {Side} side
 * @param {Box} box
 * @param {readonly string[]} facts Lines under the caption.
 */
export function framePixels(side, box, facts) {
  const canvas = new OffscreenCanvas(box.width, heightOf(box, facts));
  const context = contextOf(canvas);
  paintAt(context, side, box, 0);
  const words = `${momentOf(side.tick)}, step ${side.tick.step}`;
  captions(context, [words, ...facts], box.width, box.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** @param {OffscreenCanvas} canvas */
export const pngOf = (canvas) => canvas.convertToBlob({ type: 'image/png' });

/** @param {OffscreenCanvas} canvas */
function contextOf(canvas) {
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.fillStyle = PAPER;
  context.fillRect(0, 0, canvas.width, canvas.height);
  return context;
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {Side} side
 * @param {Box} box
 * @param {number} left
 */
function paintAt(context, side, box, left) {
  const { drawing } = side.look(box);
  if (!drawing) return;
  const place = placeIn(drawing);
  paint(context, drawing, { ...place, x: left + place.x }, false);
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {Side} versus
 * @param {Box} box
 * @param {number} share Of the width, from the left.
 */
function covered(context, versus, box, share) {
  context.save();
  context.beginPath();
  context.rect(0, 0, Math.round(box.width * share), box.height);
  context.clip();
  paintAt(context, versus, box, 0);
  context.restore();
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {Side} now
 * @param {Side} versus
 * @param {Box} box
 */
function paintSides(context, now, versus, box) {
  const [a, b] = [versus.look(box).drawing, now.look(box).drawing];
  if (a && b) paintDifference(context, b, a, placeIn(b));
}

/**
 * @param {Box} box
 * @param {readonly string[]} facts
 */
const heightOf = (box, facts) => box.height + CAPTION_PX * (1 + facts.length);

/**
 * Lines under a picture; one that is too long is set narrower.
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {readonly string[]} lines
 * @param {number} width
 * @param {number} top
 */
function captions(context, lines, width, top) {
  context.fillStyle = INK;
  context.font = '13px sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  lines.forEach((words, i) =>
    context.fillText(words, width / 2, top + CAPTION_PX * (i + 0.5), width - CAPTION_PX));
}
