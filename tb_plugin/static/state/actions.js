// @ts-check
/** What a person can do on the page, each as a change of the state. */

import { indexAt, nearestIndex } from '../models/axis.js';
import { choices, selecting } from './choices.js';
import { imageRows } from './lanes.js';
import { model, openKey, stepsShown, tickIndex, ticks } from './select.js';
import { kindOf } from './state.js';
import { rangeOf } from './strip.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./store.js').Store<State>} StateStore */
/** @typedef {ReturnType<typeof createActions>} OwnActions */
/** @typedef {Record<'savePicture' | 'saveStrip' | 'saveGif', () => Promise<void>>} Saves */
/** @typedef {OwnActions & Saves} Actions What a view can do; saving is added by the page. */

/**
 * @param {StateStore} store
 */
export const createActions = (store) => ({
  ...moves(store),
  ...rowMoves(store),
  ...choices(store),
  ...selecting(store),
  ...screen(store),
});

const MAX_ZOOM = 8;

/** @param {StateStore} store */
function moves(store) {
  /** @param {number} step */
  function goTo(step) {
    const newest = ticks(store.get()).at(-1)?.step;
    if (newest === undefined) return;
    store.set({ step: Math.min(step, newest), isFollowing: step >= newest });
  }
  const goToEnd = () => goTo(Infinity);
  const stepNow = () => ticks(store.get())[tickIndex(store.get())]?.step ?? 0;
  /** @param {number} by Captures of this layer; of any while it is on its way. */
  function move(by) {
    const state = store.get();
    const steps = stepsShown(state);
    const index = indexAt(steps, state.step) + by;
    if (index >= steps.length) goToEnd();
    else goTo(steps[Math.max(0, index)]);
  }
  return {
    goTo,
    goToEnd,
    stepNow,
    move,
    goToStart: () => goTo(ticks(store.get())[0]?.step ?? 0),
    /** @param {number} step Not always one with a capture. */
    goToNearest(step) {
      const axis = ticks(store.get());
      const found =
        axis[
          nearestIndex(
            axis.map((tick) => tick.step),
            step,
          )
        ];
      if (found) goTo(found.step);
    },
    togglePlay() {
      const state = store.get();
      const steps = stepsShown(state);
      const [first, last] = rangeOf(state, steps);
      const at = indexAt(steps, state.step);
      if (!state.isPlaying && (at >= last || at < first)) goTo(steps[first] ?? 0);
      store.set({ isPlaying: !state.isPlaying });
    },
    /**
     * Show and play only the captures between two, in any order; of the whole run none is
     * chosen, so that later captures belong to it.
     * @param {number} a Steps.
     * @param {number} b
     */
    chooseRange(a, b) {
      const axis = ticks(store.get());
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const isFirst = from <= (axis[0]?.step ?? 0);
      const isLast = to >= (axis.at(-1)?.step ?? 0);
      store.set({ from: isFirst ? null : from, to: isLast ? null : to });
    },
    beginRange() {
      const { to } = store.get();
      const step = stepNow();
      this.chooseRange(step, Math.max(step, to ?? Infinity));
    },
    endRange() {
      const { from } = store.get();
      const step = stepNow();
      this.chooseRange(Math.min(step, from ?? -Infinity), step);
    },
    wholeRun: () => store.set({ from: null, to: null }),
    stop: () => store.set({ isPlaying: false }),
  };
}

/** @param {StateStore} store */
const rowMoves = (store) => ({
  /** @param {number} by Rows. */
  moveRow(by) {
    const state = store.get();
    const shown = model(state);
    const kind = kindOf(state);
    const isOpen = state.item[kind] !== null;
    const from = isOpen && shown ? openKey(state, shown) : state.cursor;
    const rows = shown?.rows ?? [];
    const keys = (state.view === 'compare' ? imageRows(rows) : rows).map(({ key }) => key);
    const at = keys.findIndex((key) => key === from);
    const key = keys[Math.min(keys.length - 1, Math.max(0, at + by))];
    if (key === undefined) return;
    const item = !isOpen ? state.item : { ...state.item, [kind]: key };
    store.set({ cursor: key, item, exemplar: null });
  },
});

/** @param {StateStore} store */
const screen = (store) => ({
  /** @param {Partial<import('./state.js').Screen>} change */
  setScreen: (change) => store.set(change),
  /** @param {import('./state.js').Viewport} viewport */
  setViewport(viewport) {
    const before = /** @type {Record<string, number>} */ ({ ...store.get().viewport });
    if (Object.entries(viewport).some(([name, value]) => before[name] !== value)) {
      store.set({ viewport });
    }
  },
  /**
   * @param {number} by Steps, each twice as large.
   * @param {{x: number, y: number}} [at] The point of the picture that is meant.
   */
  zoomBy(by, at) {
    const { zoom } = store.get();
    const level = Math.min(MAX_ZOOM, Math.max(1, zoom.level * 2 ** Math.sign(by)));
    const point = level === 1 ? { x: 0.5, y: 0.5 } : (at ?? zoom);
    if (level !== zoom.level) store.set({ zoom: { level, x: point.x, y: point.y } });
  },
  /**
   * @param {number} x Parts of the picture.
   * @param {number} y
   */
  pan(x, y) {
    const { zoom } = store.get();
    const within = (/** @type {number} */ part) => Math.min(1, Math.max(0, part));
    store.set({ zoom: { ...zoom, x: within(zoom.x + x), y: within(zoom.y + y) } });
  },
  /** Show the large picture on all of the page, or no longer. */
  toggleFull() {
    const state = store.get();
    store.set({ isFull: !state.isFull && state.item[kindOf(state)] !== null });
  },
  toggleKeys() {
    store.set({ drawer: store.get().drawer === 'keys' ? 'none' : 'keys' });
  },
  /** @param {string | null} cursor */
  setCursor: (cursor) => store.set({ cursor }),
  readAgain: () => store.set({ reading: store.get().reading + 1, trouble: '' }),
});
