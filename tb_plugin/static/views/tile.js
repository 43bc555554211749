// @ts-check
/**
 * `<kv-tile>`: one picture on a canvas of its own, a heatmap over it if there is
 * one; while the pointer rests on it, the picture alone.
 */

import { heatmapPixels } from '../heatmap.js';

/**
 * @typedef {object} Drawing
 * @property {string} key Equal keys look equal.
 * @property {Box} box What the picture fits into.
 * @property {ImageBitmap} image
 * @property {import('../patterns.js').Rect} rect Of the image, what is shown.
 * @property {Overlay | null} overlay
 *
 * @typedef {{width: number, height: number}} Box In CSS pixels.
 *
 * @typedef {object} Overlay
 * @property {import('../heatmap.js').RawMap} map
 * @property {import('../heatmap.js').Painting} painting
 */

class Tile extends HTMLElement {
  /** @type {Drawing | null} */
  #drawing = null;
  #isBare = false;
  #shown = '';
  #canvas = document.createElement('canvas');

  connectedCallback() {
    this.append(this.#canvas);
    this.addEventListener('pointerenter', this.#bare);
    this.addEventListener('pointerleave', this.#bare);
    this.#paint();
  }

  disconnectedCallback() {
    this.removeEventListener('pointerenter', this.#bare);
    this.removeEventListener('pointerleave', this.#bare);
  }

  get drawing() {
    return this.#drawing;
  }

  set drawing(value) {
    this.#drawing = value;
    if (this.isConnected) this.#paint();
  }

  #bare = (/** @type {PointerEvent} */ event) => {
    this.#isBare = event.type === 'pointerenter';
    this.#paint();
  };

  #paint() {
    const drawing = this.#drawing;
    this.#canvas.hidden = !drawing;
    if (!drawing) {
      this.#shown = '';
      return;
    }
    const overlay = this.#isBare ? null : drawing.overlay;
    const density = window.devicePixelRatio || 1;
    const shown = `${drawing.key} ${density} ${overlay ? 1 : 0}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    drawPicture(this.#canvas, drawing, density);
    if (overlay) drawOverlay(this.#canvas, overlay);
  }
}

const cut = new OffscreenCanvas(1, 1);

/**
 * The part is cut out before it is scaled: smoothing would let its neighbours on
 * the sheet shine through at its edges.
 * @param {HTMLCanvasElement} canvas
 * @param {Drawing} drawing
 * @param {number} density Pixels per CSS pixel.
 */
function drawPicture(canvas, { image, rect, box }, density) {
  const fit = Math.min(box.width / rect.width, box.height / rect.height);
  const width = Math.max(1, Math.round(rect.width * fit));
  const height = Math.max(1, Math.round(rect.height * fit));
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  cut.width = rect.width;
  cut.height = rect.height;
  cut.getContext('2d')?.drawImage(image, -rect.x, -rect.y);
  const context = canvas.getContext('2d');
  if (!context) return;
  context.imageSmoothingQuality = 'high';
  context.drawImage(cut, 0, 0, canvas.width, canvas.height);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Overlay} overlay
 */
function drawOverlay(canvas, { map, painting }) {
  const { width, height } = canvas;
  const pixels = heatmapPixels(map, { width, height }, painting);
  const layer = new OffscreenCanvas(width, height);
  layer.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
  canvas.getContext('2d')?.drawImage(layer, 0, 0);
}

customElements.define('kv-tile', Tile);
