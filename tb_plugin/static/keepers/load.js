// @ts-check
/**
 * Keeps what is loaded in step with what is chosen: asks for what the state needs
 * and has not, fills in what nobody chose, and writes the answers into the state.
 * An answer to something no longer asked is dropped.
 */

import { mapStream } from '../models/overview.js';
import { findingPictures } from '../painting/finding_look.js';
import { filledIn } from '../state/filled_in.js';
import { layerHead, overview } from '../state/select.js';
import { hasLayer } from '../state/state.js';
import { wantedMeans, wantedOthers, wantedPictures } from '../state/wanted.js';
import { asked } from './asked.js';
import { loadOthers } from './others.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../api/types.js').HeldOut} HeldOut */
/** @typedef {import('../state/store.js').Store<State>} StateStore */
/** @typedef {import('./asked.js').Slot} Slot */
/** @typedef {typeof import('../api/api.js')} Api */

/**
 * @param {StateStore} store
 * @param {Pick<Api, 'fetchRuns' | 'fetchCaptures' | 'fetchLayer' | 'fetchOverview'>
 *   & {loadHeldOut: (run: string, stream: string) => Promise<HeldOut>}} api
 * @param {import('../pictures/pictures.js').Pictures} pictures
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
