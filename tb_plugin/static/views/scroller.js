// @ts-check
/**
 * `<kv-scroller>`: tells which part of its content can be seen, and brings a part
 * into view when asked for another one than before.
 */

/**
 * @typedef {object} Reveal A stretch of the content, along one axis, in CSS pixels.
 * @property {string} key Another key is another wish.
 * @property {number} from
 * @property {number} to
 * @property {number} inset What stays in place at the start and covers content.
 */

class Scroller extends HTMLElement {
  /** @type {((viewport: import('../state.js').Viewport) => void) | null} */
  onviewport = null;
  /** @type {Reveal | null} */
  #across = null;
  /** @type {Reveal | null} */
  #down = null;
  #observer = new ResizeObserver(() => this.#tell());

  connectedCallback() {
    this.addEventListener('scroll', this.#tell, { passive: true });
    this.#observer.observe(this);
  }

  disconnectedCallback() {
    this.removeEventListener('scroll', this.#tell);
    this.#observer.disconnect();
  }

  get across() {
    return this.#across;
  }

  set across(value) {
    const isNew = value?.key !== this.#across?.key;
    this.#across = value;
    if (isNew && value) this.#afterPatch(() => this.#showAcross(value));
  }

  get down() {
    return this.#down;
  }

  set down(value) {
    const isNew = value?.key !== this.#down?.key;
    this.#down = value;
    if (isNew && value) this.#afterPatch(() => this.#showDown(value));
  }

  #tell = () => {
    // A hidden tab has no size; what was seen before stays.
    if (!this.clientWidth || !this.clientHeight) return;
    this.onviewport?.({
      left: this.scrollLeft,
      top: this.scrollTop,
      width: this.clientWidth,
      height: this.clientHeight,
    });
  };

  /**
   * The content takes its size after its scroller took its properties.
   * @param {() => void} show
   */
  #afterPatch(show) {
    requestAnimationFrame(show);
  }

  /** @param {Reveal} wish */
  #showAcross(wish) {
    this.scrollLeft = shifted(this.scrollLeft, this.clientWidth, wish);
  }

  /** @param {Reveal} wish */
  #showDown(wish) {
    this.scrollTop = shifted(this.scrollTop, this.clientHeight, wish);
  }
}

/**
 * The offset nearest to `offset` at which the stretch can be seen.
 * @param {number} offset
 * @param {number} extent
 * @param {Reveal} wish
 */
function shifted(offset, extent, { from, to, inset }) {
  if (from - inset < offset) return Math.max(0, from - inset);
  return to > offset + extent ? to - extent : offset;
}

customElements.define('kv-scroller', Scroller);
