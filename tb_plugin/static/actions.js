// @ts-check
/** What a person can do, each as a change of the state. */

import { indexAt, nearestIndex } from './axis.js';
import { model, tickIndex, ticks } from './select.js';
import { DEFAULT_CHOICE, kindOf } from './state.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./store.js').Store<State>} StateStore */
/** @typedef {ReturnType<typeof createActions>} Actions */

/**
 * @param {StateStore} store
 */
export function createActions(store) {
  return { ...moves(store), ...rowMoves(store), ...choices(store), ...screen(store) };
}

/** @param {StateStore} store */
function moves(store) {
  /** @param {number} step */
  function goTo(step) {
    const newest = ticks(store.get()).at(-1)?.step;
    if (newest === undefined) return;
    store.set({ step: Math.min(step, newest), isFollowing: step >= newest });
  }
  const goToEnd = () => goTo(Infinity);
  /** @param {number} by Captures of this layer; of any while it is on its way. */
  function move(by) {
    const state = store.get();
    const steps = model(state)?.steps ?? ticks(state).map((tick) => tick.step);
    const index = indexAt(steps, state.step) + by;
    if (index >= steps.length) goToEnd();
    else goTo(steps[Math.max(0, index)]);
  }
  return {
    goTo,
    goToEnd,
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
      const isAtEnd = tickIndex(state) === ticks(state).length - 1;
      if (!state.isPlaying && isAtEnd) goTo(ticks(state)[0]?.step ?? 0);
      store.set({ isPlaying: !state.isPlaying });
    },
    stepNow: () => ticks(store.get())[tickIndex(store.get())]?.step ?? 0,
    stop: () => store.set({ isPlaying: false }),
  };
}

/** @param {StateStore} store */
const rowMoves = (store) => ({
  /** @param {number} by Rows. */
  moveRow(by) {
    const state = store.get();
    const rows = model(state)?.rows ?? [];
    const kind = kindOf(state);
    const open = state.item[kind];
    const at = rows.findIndex((row) => row.key === (open ?? state.cursor));
    const row = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    if (!row) return;
    const item = open === null ? state.item : { ...state.item, [kind]: row.key };
    store.set({ cursor: row.key, item });
  },
});

/** @param {StateStore} store */
function choices(store) {
  /** @param {string | null} key */
  function open(key) {
    const { item, view, cursor } = store.get();
    store.set({ item: { ...item, [kindOf({ view })]: key }, cursor: key ?? cursor });
  }
  return {
    open,
    openCursor: () => open(store.get().cursor),
    close: () => open(null),
    /** Close what lies uppermost. */
    escape() {
      if (store.get().drawer !== 'none') store.set({ drawer: 'none' });
      else open(null);
    },
    /** @param {string} run */
    chooseRun(run) {
      const { layer, item } = DEFAULT_CHOICE;
      store.set({ run, layer, item, step: null, versus: null, isFollowing: true, cursor: null });
    },
    /** @param {import('./types.js').ViewName} view */
    chooseView: (view) => store.set({ view, cursor: null, drawer: 'none' }),
    /** @param {string} path */
    chooseLayer(path) {
      const { layer, view } = store.get();
      store.set({ layer: { ...layer, [kindOf({ view })]: path }, drawer: 'none' });
    },
    /** @param {Partial<import('./state.js').Choice>} look */
    setLook: (look) => store.set(look),
    /** @param {import('./state.js').Choice} choice As an address tells it. */
    visit: (choice) => store.set({ ...choice, isFollowing: choice.step === null }),
  };
}

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
  /** @param {string | null} cursor */
  setCursor: (cursor) => store.set({ cursor }),
  readAgain: () => store.set({ reading: store.get().reading + 1, trouble: '' }),
});
