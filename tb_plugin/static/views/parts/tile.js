// @ts-check
/** `<kv-tile>`: one picture on a canvas of its own, with a heatmap over it if there is one. */

import { density, paint, paintDifference, placeIn } from '../../painting/paint.js';

/** @typedef {import('../../painting/paint.js').Drawing} Drawing */

export class Tile extends HTMLElement {
  /** @type {Drawing | null} */
  #drawing = null;
  /** @type {Drawing | null} */
  #versus = null;
  #shown = '';
  #canvas = document.createElement('canvas');

  connectedCallback() {
    this.append(this.#canvas);
    this.#paint();
  }

  get drawing() {
    return this.#drawing;
  }

  set drawing(value) {
    this.#drawing = value;
    if (this.isConnected) this.#paint();
  }

  /** The drawing whose difference to this one is shown, if any. */
  get versus() {
    return this.#versus;
  }

  set versus(value) {
    this.#versus = value;
    if (this.isConnected) this.#paint();
  }

  #paint() {
    const keys = [this.#drawing?.key, this.#versus?.key, density()];
    const shown = this.#drawing ? keys.join(' ') : '';
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#canvas.hidden = !this.#drawing;
    if (this.#drawing) drawOn(this.#canvas, this.#drawing, this.#versus);
  }
}

/**
 * @param {HTMLCanvasElement} canvas Takes the size of the picture.
 * @param {Drawing} drawing
 * @param {Drawing | null} versus
 */
function drawOn(canvas, drawing, versus) {
  const { width, height } = placeIn(drawing);
  canvas.width = Math.round(width * density());
  canvas.height = Math.round(height * density());
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  const place = { x: 0, y: 0, width: canvas.width, height: canvas.height };
  if (!context) return;
  if (versus) paintDifference(context, drawing, versus, place);
  else paint(context, drawing, place, false);
}
