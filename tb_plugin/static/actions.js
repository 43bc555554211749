// @ts-check
/** What a person can do, each as a change of the state. */

import { indexAt, nearestIndex } from './axis.js';
import { model, stepsShown, tickIndex, ticks } from './select.js';
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
    const steps = stepsShown(state);
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

/**
 * @typedef {object} Place
 * @property {import('./types.js').Kind} kind
 * @property {string} path
 * @property {string | null} item
 * @property {number | null} step Null: the present one.
 * @property {number | null} [versus]
 */

/** @param {State} state */
const newestStep = (state) => ticks(state).at(-1)?.step ?? 0;

/** @param {StateStore} store */
function choices(store) {
  /** @param {string | null} key */
  function open(key) {
    const { item, cursor } = store.get();
    store.set({ item: { ...item, [kindOf(store.get())]: key }, cursor: key ?? cursor });
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
      const { layer, item, pins, label, target, statuses } = DEFAULT_CHOICE;
      const { compare } = store.get();
      const rows = { layer, item, pins, label, target, statuses, cursor: null };
      const time = { step: null, versus: null, versusRun: null, isFollowing: true };
      store.set({ run, ...rows, ...time, compare: compare.filter((each) => each !== run) });
    },
    /** @param {import('./types.js').ViewName} view */
    chooseView: (view) =>
      store.set({ view, kind: kindOf({ ...store.get(), view }), cursor: null, drawer: 'none' }),
    /** @param {string} path */
    chooseLayer(path) {
      const { layer } = store.get();
      store.set({ layer: { ...layer, [kindOf(store.get())]: path }, drawer: 'none' });
    },
    /**
     * Go where something can be seen.
     * @param {Place} place
     */
    visitPlace({ kind, path, item, step, versus }) {
      const before = store.get();
      store.set({
        view: kind === 'grad_cam' ? 'heatmaps' : 'filters',
        kind,
        layer: { ...before.layer, [kind]: path },
        item: { ...before.item, [kind]: item },
        cursor: item,
        ...(step !== null && { step, isFollowing: step >= newestStep(before) }),
        ...(versus !== undefined && { versus, versusRun: null }),
      });
    },
    /** @param {string} key Of a row: it goes to the top, or back to its place. */
    togglePin(key) {
      const { pins } = store.get();
      const kind = kindOf(store.get());
      const rest = pins[kind].filter((each) => each !== key);
      const isNew = rest.length === pins[kind].length;
      store.set({ pins: { ...pins, [kind]: isNew ? [...rest, key] : rest } });
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
