// @ts-check
/**
 * Keeps what is loaded in step with what is chosen: asks for what the state needs
 * and has not, fills in what nobody chose, and writes the answers into the state.
 * An answer to something no longer asked is dropped.
 */

import { layerHead, layerHeads, overview, ticks } from './select.js';
import { findingPictures } from './finding_pictures.js';
import { mapStream } from './overview.js';
import { loadOthers } from './others.js';
import { hasLayer, kindOf } from './state.js';
import { wantedMeans, wantedOthers, wantedPictures } from './wanted.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./types.js').HeldOut} HeldOut */
/** @typedef {import('./store.js').Store<State>} StateStore */
/** @typedef {'runs' | 'captures' | 'layerAnswer' | 'heldOut' | 'overview'} Slot */
/** @typedef {typeof import('./api.js')} Api */

/**
 * @param {StateStore} store
 * @param {Pick<Api, 'fetchRuns' | 'fetchCaptures' | 'fetchLayer' | 'fetchOverview'>
 *   & {loadHeldOut: (run: string, stream: string) => Promise<HeldOut>}} api
 * @param {import('./pictures.js').Pictures} pictures
 */
export function keepLoaded(store, api, pictures) {
  /**
   * @param {Slot} slot
   * @param {string[]} subject
   * @param {() => Promise<any>} fetchIt
   */
  const ask = (slot, subject, fetchIt) => void asked(store, slot, subject.join('\n'), fetchIt);
  function load() {
    ask('runs', [], api.fetchRuns);
    const { run, view } = store.get();
    if (run === null) return;
    ask('captures', [run], () => api.fetchCaptures(run));
    if (!store.get().captures?.value) return;
    if (view === 'overview') loadOverview(run);
    else if (hasLayer({ view })) loadLayer(run);
    // Large, and of a layer only the strips of change: what is looked at comes first.
    if (view === 'overview' || hasPictures(store.get())) {
      ask('overview', [run], () => api.fetchOverview(run));
    }
  }
  /**
   * Images are recorded when a fit begins, and not again.
   * @param {string} run
   * @param {string} stream
   */
  function askHeldOut(run, stream) {
    const { captures, heldOut, reading } = store.get();
    const fits = captures?.value?.captures.map((each) => (each.stream === stream ? each.fit : 0));
    const subject = [run, stream, `fit ${Math.max(0, ...(fits ?? []))}`];
    if (heldOut?.status === 'ready' && heldOut.subject === subject.join('\n')) {
      if (heldOut.reading !== reading) store.set({ heldOut: { ...heldOut, reading } });
      return;
    }
    ask('heldOut', subject, () => api.loadHeldOut(run, stream));
  }
  /** @param {string} run */
  function loadOverview(run) {
    const stream = mapStream(store.get().captures?.value);
    if (stream) askHeldOut(run, stream);
    pictures.want(findingPictures(overview(store.get())));
  }
  /** @param {string} run */
  function loadLayer(run) {
    const head = layerHead(store.get());
    if (!head) return;
    ask('layerAnswer', [run, head.kind, head.path], () =>
      api.fetchLayer(run, head.kind, head.path),
    );
    askHeldOut(run, head.stream);
    const layer = { run, kind: head.kind, path: head.path };
    const means = { ...layer, kind: /** @type {const} */ ('class_means') };
    pictures.want([
      { layer, keys: wantedPictures(store.get()) },
      { layer: means, keys: wantedMeans(store.get()) },
      ...wantedOthers(store.get()).map(({ run: other, keys }) => ({
        layer: { ...layer, run: other },
        keys,
      })),
    ]);
    loadOthers(store, api);
  }
  let reading = store.get().reading;
  function settle() {
    if (reading !== store.get().reading) pictures.forgive();
    reading = store.get().reading;
    store.set(filledIn(store.get()));
    load();
  }
  store.subscribe(settle);
  settle();
}

/** @param {State} state */
const hasPictures = ({ layerAnswer, arrived }) => layerAnswer?.status !== 'loading' && arrived > 0;

/**
 * Ask once per subject and reading of the log; meanwhile the answer of an earlier
 * reading stays.
 * @param {StateStore} store
 * @param {Slot} slot
 * @param {string} subject
 * @param {() => Promise<any>} fetchIt
 */
async function asked(store, slot, subject, fetchIt) {
  const { reading, [slot]: before } = store.get();
  if (before?.subject === subject && before.reading === reading) return;
  const value = before?.subject === subject ? before.value : null;
  const question = { subject, reading, message: '' };
  store.set({ [slot]: { ...question, status: 'loading', value } });
  const isLate = () => {
    const now = store.get()[slot];
    return now?.subject !== subject || now.reading !== reading;
  };
  try {
    const answer = await fetchIt();
    if (!isLate()) store.set({ [slot]: { ...question, status: 'ready', value: answer } });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!isLate()) store.set({ [slot]: { ...question, status: 'failed', value, message } });
  }
}

/**
 * What follows from the answers where nobody chose: the first run, its last
 * layer, the newest step.
 * @param {State} state
 * @returns {Partial<State>}
 */
export function filledIn(state) {
  const first = state.runs?.value?.runs[0];
  if (state.run === null) return first ? { run: first.run } : {};
  const kind = kindOf(state);
  const newest = ticks(state).at(-1)?.step;
  /** @type {Partial<State>} */
  const filled = {};
  if (state.view === 'auto') return state.captures?.value ? { view: firstView(state) } : {};
  if (hasLayer(state) && state.layer[kind] === null) {
    const path = defaultPath(layerHeads(state));
    if (path !== null) filled.layer = { ...state.layer, [kind]: path };
  }
  if (newest === undefined) return filled;
  const isFollowing = state.isFollowing || state.step === null || state.step >= newest;
  return isFollowing ? { ...filled, step: newest, isFollowing } : filled;
}

/**
 * Once there is more than one capture there is a story to tell.
 * @param {State} state
 * @returns {import('./types.js').ViewName}
 */
function firstView(state) {
  if (ticks(state).length > 1) return 'overview';
  const layers = state.captures?.value?.layers ?? [];
  return layers.some(({ kind }) => kind === 'filter_patterns') || !layers.length
    ? 'filters'
    : 'heatmaps';
}

/**
 * The last of those drawn most often: the deepest one that is still drawn.
 * @param {import('./types.js').LayerHead[]} heads
 */
function defaultPath(heads) {
  const most = Math.max(...heads.map((head) => head.num_captures));
  return heads.findLast((head) => head.num_captures === most)?.path ?? null;
}
