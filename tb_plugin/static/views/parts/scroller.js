// @ts-check
/**
 * `<kv-scroller>`: reports which part of its content can be seen, and brings another
 * part into view when asked to.
 */

/**
 * @typedef {object} Reveal A stretch of the content, along one axis, in CSS pixels.
 * @property {string} key Another key is another wish.
 * @property {number} from
 * @property {number} to
 * @property {number} inset What stays in place at the start and covers content.
 * @property {number} turn How much farther it goes where it has to move, as a share of
 *   what can be seen: a page is turned at once, not line by line.
 */

export class Scroller extends HTMLElement {
  /** @type {((viewport: import('../../state/state.js').Viewport) => void) | null} */
  onviewport = null;
  /** @type {Reveal | null} */
  #across = null;
  /** @type {Reveal | null} */
  #down = null;
  #isAcrossDue = false;
  #isDownDue = false;
  /** @type {import('../../state/state.js').Viewport | null} As it was last told. */
  #seen = null;
  #observer = new ResizeObserver(() => {
    this.#tell();
    this.patched();
  });

  connectedCallback() {
    this.addEventListener('scroll', this.#tell, { passive: true });
    this.#observer.observe(this);
    this.patched();
  }

  disconnectedCallback() {
    this.removeEventListener('scroll', this.#tell);
    this.#observer.disconnect();
  }

  get across() {
    return this.#across;
  }

  set across(value) {
    this.#isAcrossDue ||= value?.key !== this.#across?.key;
    this.#across = value;
  }

  get down() {
    return this.#down;
  }

  set down(value) {
    this.#isDownDue ||= value?.key !== this.#down?.key;
    this.#down = value;
  }

  /** Called once the content has its size; see dom.js. */
  patched() {
    if (!this.#isAcrossDue && !this.#isDownDue) return;
    // To measure now would lay the page out once more: what was told still holds.
    const seen = this.#seen ?? this.#measured();
    if (!seen) return;
    const across = this.#isAcrossDue ? this.#across : null;
    const down = this.#isDownDue ? this.#down : null;
    this.#isAcrossDue = this.#isDownDue = false;
    const left = across ? shifted(seen.left, seen.width, across) : seen.left;
    const top = down ? shifted(seen.top, seen.height, down) : seen.top;
    if (left === seen.left && top === seen.top) return;
    this.scrollLeft = left;
    this.scrollTop = top;
    this.#tell();
  }

  #tell = () => {
    const seen = this.#measured();
    if (!seen) return;
    this.#seen = seen;
    this.onviewport?.(seen);
  };

  /** A hidden tab has no size; what was seen before stays. */
  #measured() {
    const { scrollLeft: left, scrollTop: top, clientWidth: width, clientHeight: height } = this;
    return width && height ? { left, top, width, height } : null;
  }
}

/**
 * The scroll offset at which the stretch is visible: the present one, if it is.
 * @param {number} offset
 * @param {number} extent
 * @param {Reveal} wish
 */
function shifted(offset, extent, { from, to, inset, turn }) {
  const more = turn * (extent - inset);
  if (from - inset < offset) return Math.max(0, from - inset - more);
  return to > offset + extent ? to - extent + more : offset;
}
