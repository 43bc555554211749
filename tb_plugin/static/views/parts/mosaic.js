// @ts-check
/**
 * `<kv-mosaic>`: many pictures on one canvas.
 *
 * A canvas for each would be a layer for each, and browsers take longer to put hundreds
 * of layers together than to paint them. What looks as before is not painted again; a
 * place that is not mentioned is out of sight and keeps what it has.
 */

import { density, paint, placeIn } from '../../painting/paint.js';

/** @typedef {import('../../painting/paint.js').Drawing} Drawing */

/**
 * @typedef {object} Place
 * @property {number} x CSS pixels.
 * @property {number} y
 * @property {Drawing | null} drawing
 *
 * @typedef {object} Content
 * @property {number} width CSS pixels.
 * @property {number} height
 * @property {import('../../painting/paint.js').Box} box Of every place.
 * @property {Place[]} places
 */

const RADIUS_PX = 3;

export class Mosaic extends HTMLElement {
  /** @type {Content | null} */
  #content = null;
  /** @type {Map<string, string>} Key of the drawing by place. */
  #painted = new Map();
  #size = '';
  #canvas = document.createElement('canvas');

  connectedCallback() {
    this.append(this.#canvas);
    this.#paint();
  }

  get content() {
    return this.#content;
  }

  set content(value) {
    this.#content = value;
    if (this.isConnected) this.#paint();
  }

  #paint() {
    const context = this.#canvas.getContext('2d');
    if (!this.#content || !context) return;
    const { width, height, box, places } = this.#content;
    const scale = density();
    const size = [width, height, box.width, box.height, scale].join(' ');
    if (size !== this.#size) this.#resize(width, height, scale);
    this.#size = size;
    for (const { x, y, drawing } of places) {
      const key = drawing?.key ?? '';
      const place = `${x} ${y}`;
      if ((this.#painted.get(place) ?? '') === key) continue;
      this.#painted.set(place, key);
      context.clearRect(x * scale, y * scale, box.width * scale, box.height * scale);
      if (drawing) paintAt(context, drawing, x, y, scale);
    }
  }

  /**
   * @param {number} width
   * @param {number} height
   * @param {number} scale
   */
  #resize(width, height, scale) {
    this.#canvas.width = Math.round(width * scale);
    this.#canvas.height = Math.round(height * scale);
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    this.#painted.clear();
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Drawing} drawing
 * @param {number} x CSS pixels.
 * @param {number} y
 * @param {number} scale
 */
function paintAt(context, drawing, x, y, scale) {
  const inBox = placeIn(drawing);
  const place = {
    x: Math.round((x + inBox.x) * scale),
    y: Math.round((y + inBox.y) * scale),
    width: Math.round(inBox.width * scale),
    height: Math.round(inBox.height * scale),
  };
  context.save();
  context.beginPath();
  context.roundRect(place.x, place.y, place.width, place.height, RADIUS_PX * scale);
  context.clip();
  paint(context, drawing, place, false);
  context.restore();
}
