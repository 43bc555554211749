// @ts-check
/** What a person can choose to see, each as a change of the state. */

import { found } from './found.js';
import { MAX_OTHERS } from './lanes.js';
import { maps, openExemplar, ticks } from './select.js';
import { DEFAULT_CHOICE, kindOf, MAX_SELECTED } from './state.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./store.js').Store<State>} StateStore */
/**
 * @typedef {object} Place
 * @property {import('../api/types.js').Kind} kind
 * @property {string} path
 * @property {string | null} item
 * @property {number | null} step Null: the present one.
 * @property {number | null} [versus]
 */

/** @param {State} state */
const newestStep = (state) => ticks(state).at(-1)?.step ?? 0;

/**
 * Runs to compare with where nobody chose any.
 * @param {State} state
 */
const firstOthers = ({ runs, run }) =>
  (runs?.value?.runs ?? []).flatMap((each) => (each.run === run ? [] : [each.run])).slice(0, MAX_OTHERS);

/**
 * The choice of images without a selection: nothing is filtered by it.
 * @param {State} state
 * @returns {Pick<State, 'selection' | 'only'>}
 */
const unselected = ({ only }) => ({
  selection: DEFAULT_CHOICE.selection,
  only: only === 'selected' ? 'all' : only,
});

/**
 * Picks images, to be looked at alone and passed on as a link.
 * @param {StateStore} store
 */
export function selecting(store) {
  /** @param {readonly string[]} images */
  const put = (images) =>
    store.set({ selection: { ...store.get().selection, images: images.slice(0, MAX_SELECTED) } });
  /** @param {readonly string[]} more */
  const select = (more) => put([...new Set([...store.get().selection.images, ...more])]);
  /** @param {string} image */
  function toggleSelected(image) {
    const { images } = store.get().selection;
    put(images.includes(image) ? images.filter((each) => each !== image) : [...images, image]);
  }
  return {
    select,
    toggleSelected,
    /** Pick or drop the image that the keyboard is at. */
    toggleCursor() {
      const row = maps(store.get())?.rows.find(({ key }) => key === store.get().cursor);
      if (row?.image) toggleSelected(row.image);
    },
    /**
     * Pick an image, and all between it and the one that was picked last, if that is shown.
     * @param {string} image
     * @param {string[]} order Of all that are shown.
     */
    selectUpTo(image, order) {
      const last = store.get().selection.images.at(-1) ?? image;
      const from = order.includes(last) ? last : image;
      const [a, b] = [from, image].map((each) => order.indexOf(each)).sort((x, y) => x - y);
      select([...order.slice(a, b + 1).filter((each) => each !== image), image]);
    },
    /** @param {string} name */
    nameSelection: (name) => store.set({ selection: { ...store.get().selection, name: name.trim() } }),
    clearSelection: () => store.set(unselected(store.get())),
  };
}

/**
 * Whether Compare shows this row, so that nobody has to leave it.
 * @param {State} state
 * @param {Place} place
 */
const isCompared = (state, { kind, path, item }) =>
  state.view === 'compare' && item !== null && kind === kindOf(state) && path === state.layer[kind];

/** @param {StateStore} store */
export function choices(store) {
  /** @param {string | null} key */
  function open(key) {
    const { item, cursor } = store.get();
    const isFull = store.get().isFull && key !== null;
    store.set({ item: { ...item, [kindOf(store.get())]: key }, cursor: key ?? cursor, isFull, exemplar: null });
  }
  return {
    open,
    /**
     * Show the image of an exemplar instead of the pattern.
     * @param {string} key Of the filter.
     * @param {string} hash Of the image.
     */
    openExemplar(key, hash) {
      open(key);
      store.set({ exemplar: hash });
    },
    closeExemplar: () => store.set({ exemplar: null }),
    openCursor: () => open(store.get().cursor),
    close: () => open(null),
    /** Close the topmost panel. */
    escape() {
      if (store.get().drawer !== 'none') store.set({ drawer: 'none' });
      else if (store.get().isFull) store.set({ isFull: false });
      else if (openExemplar(store.get())) store.set({ exemplar: null });
      else open(null);
    },
    /** @param {string} run */
    chooseRun(run) {
      const { layer, item, pins, label, predicted, target, statuses } = DEFAULT_CHOICE;
      const { compare } = store.get();
      const rows = { layer, item, pins, label, predicted, target, statuses, ...unselected(store.get()), cursor: null };
      const now = { step: null, isFollowing: true, newestSeen: null };
      const time = { ...now, versus: null, versusRun: null, from: null, to: null };
      store.set({ run, ...rows, ...time, compare: compare.filter((each) => each !== run) });
    },
    /** @param {import('../api/types.js').ViewName} view */
    chooseView(view) {
      const { compare } = store.get();
      const beside = view === 'compare' && !compare.length ? firstOthers(store.get()) : compare;
      const kind = kindOf({ ...store.get(), view });
      store.set({ view, kind, compare: beside, cursor: null, drawer: 'none' });
    },
    /** @param {string} path */
    chooseLayer(path) {
      const { layer } = store.get();
      store.set({ layer: { ...layer, [kindOf(store.get())]: path }, drawer: 'none' });
    },
    /**
     * Go to a layer, a row of it, a step: what a finding or a search hit points at.
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
        exemplar: null,
        ...(step !== null && { step, isFollowing: step >= newestStep(before) }),
        // A swipe would hide one of the two pictures that are the evidence.
        ...(versus !== undefined && { versus, versusRun: null }),
        ...(typeof versus === 'number' && { ab: /** @type {const} */ ('side') }),
      });
    },
    /** @param {Pick<import('../models/search.js').Hit, 'run' | 'place' | 'status' | 'isElsewhere'>} hit */
    goToHit({ run, place, status, isElsewhere = false }) {
      if (!isElsewhere) store.set({ query: null });
      if (status) store.set({ statuses: [status] });
      if (run !== undefined) this.chooseRun(run);
      if (place && isCompared(store.get(), place)) open(place.item);
      else if (place) this.visitPlace(place);
    },
    /** Go to the marked hit, and return whether the search ends with it. */
    openHit() {
      const { hits, at } = found(store.get());
      if (hits[at]) this.goToHit(hits[at]);
      return hits[at] !== undefined && !hits[at].isElsewhere;
    },
    /** @param {number} by Hits. */
    moveHit(by) {
      const { hits, at } = found(store.get());
      store.set({ hit: Math.max(0, Math.min(hits.length - 1, at + by)) });
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
