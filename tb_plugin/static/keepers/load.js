// @ts-check
/**
 * Keeps what is loaded in step with what is chosen: asks the server for what the
 * state needs and lacks, fills in what nobody chose, and writes the answers into the
 * state. An answer to something no longer asked for is dropped.
 */

import { mapStream } from '../models/overview.js';
import { findingPictures } from '../painting/finding_look.js';
import { filledIn } from '../state/defaults.js';
import { lanePath, lineageWanted, otherRuns } from '../state/lanes.js';
import { layerHead, overviewOf } from '../state/select.js';
import { hasLayer, kindOf } from '../state/state.js';
import { wantedCrops, wantedMeans, wantedOthers, wantedPictures } from '../state/wanted.js';

/** @typedef {typeof import('../api/api.js')} Api */
/** @typedef {import('../api/types.js').HeldOut} HeldOut */
/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/store.js').Store<State>} StateStore */

/**
 * @typedef {'runs' | 'captures' | 'layerAnswer' | 'heldOut' | 'overview'} SlotName
 *
 * @typedef {object} Slot Where one answer lies in the state.
 * @property {() => import('../state/state.js').Loaded<any> | null} get
 * @property {(loaded: import('../state/state.js').Loaded<any>) => void} put
 * @property {string} about What stands before the message where asking failed.
 */

const PROGRESS_PAUSE_MS = 400;

/**
 * @param {StateStore} store
 * @param {Pick<Api, 'fetchRuns' | 'fetchCaptures' | 'fetchLayer' | 'fetchLineage' | 'fetchOverview'>
 *   & {loadHeldOut: (run: string, stream: string) => Promise<HeldOut>}} api
 * @param {import('../pictures/pictures.js').Pictures} pictures
 */
export function keepLoaded(store, api, pictures) {
  /**
   * @param {SlotName} name
   * @param {string[]} subject
   * @param {() => Promise<any>} fetchIt
   */
  const ask = (name, subject, fetchIt) =>
    void asked(store, slotOf(store, name), subject.join('\n'), fetchIt);
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
   * Images are recorded once, when a fit begins.
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
    pictures.want(findingPictures(overviewOf(store.get())));
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
    const crops = { ...layer, kind: /** @type {const} */ ('exemplars') };
    pictures.want([
      { layer, keys: wantedPictures(store.get()) },
      { layer: means, keys: wantedMeans(store.get()) },
      { layer: crops, keys: wantedCrops(store.get()) },
      ...wantedOthers(store.get()).flatMap(({ run: other, path, keys }) =>
        path === null ? [] : [{ layer: { ...layer, run: other, path }, keys }],
      ),
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
 * Request what is missing of the runs that are compared with: their captures, and the
 * layer in view.
 * @param {StateStore} store
 * @param {Pick<Api, 'fetchCaptures' | 'fetchLayer' | 'fetchLineage'>} api
 */
function loadOthers(store, api) {
  const kind = kindOf(store.get());
  for (const run of otherRuns(store.get())) {
    void asked(store, otherSlot(store, run, 'captures'), run, () => api.fetchCaptures(run));
    const path = lanePath(store.get(), run);
    if (path === null) continue;
    const subject = [run, kind, path].join('\n');
    void asked(store, otherSlot(store, run, 'layerAnswer'), subject, () =>
      api.fetchLayer(run, kind, path),
    );
    const pair = lineageWanted(store.get(), run);
    if (pair) {
      void asked(store, otherSlot(store, run, 'lineage'), pair.subject, () =>
        api.fetchLineage(pair.own, pair.other),
      );
    }
  }
}

/**
 * @param {StateStore} store
 * @param {SlotName} name
 * @returns {Slot}
 */
const slotOf = (store, name) => ({
  get: () => store.get()[name],
  put: (loaded) => store.set({ [name]: loaded }),
  about: '',
});

/**
 * @param {StateStore} store
 * @param {string} run
 * @param {keyof import('../state/state.js').OtherRun} name
 * @returns {Slot}
 */
const otherSlot = (store, run, name) => ({
  get: () => store.get().others[run]?.[name] ?? null,
  put(loaded) {
    const { others } = store.get();
    const before = others[run] ?? { captures: null, layerAnswer: null, lineage: null };
    store.set({ others: { ...others, [run]: { ...before, [name]: loaded } } });
  },
  about: `${run}: `,
});

/**
 * Request once per subject and reading of the log; until the answer comes, that of an
 * earlier reading stays.
 * @param {StateStore} store
 * @param {Slot} slot
 * @param {string} subject
 * @param {() => Promise<any>} fetchIt
 */
async function asked(store, slot, subject, fetchIt) {
  const { reading } = store.get();
  const before = slot.get();
  const isOfSubject = before?.subject === subject;
  if (isOfSubject && before.reading === reading) return;
  const value = isOfSubject ? before.value : null;
  const question = { subject, reading, message: '' };
  slot.put({ ...question, status: 'loading', value });
  const isLate = () => slot.get()?.subject !== subject || slot.get()?.reading !== reading;
  try {
    const answer = await fetchIt();
    if (!isLate()) slot.put({ ...question, status: 'ready', value: answer });
  } catch (error) {
    const message = slot.about + (error instanceof Error ? error.message : String(error));
    if (!isLate()) slot.put({ ...question, status: 'failed', value, message });
  }
}

/**
 * While the captures of a run are loading, ask now and then how much of the log is
 * read: after a second people want to know whether it will be a minute.
 * @param {StateStore} store
 * @param {Pick<Api, 'fetchProgress'>} api
 */
export function keepProgress(store, { fetchProgress }) {
  let isAsking = false;
  async function ask() {
    isAsking = true;
    for (let run = waitedFor(store.get()); run !== null; run = waitedFor(store.get())) {
      await new Promise((resolve) => setTimeout(resolve, PROGRESS_PAUSE_MS));
      // Whoever waits for the captures is told of an outage by that; this asks again.
      const answer = await fetchProgress(run).catch(() => null);
      const isStill = run === waitedFor(store.get());
      store.set({ progress: isStill ? (answer?.reading ?? null) : null });
    }
    isAsking = false;
  }
  store.subscribe((state) => {
    if (!isAsking && waitedFor(state) !== null) void ask();
  });
}

/**
 * The run whose captures are being loaded for the first time.
 * @param {State} state
 */
const waitedFor = ({ run, captures }) =>
  captures?.status === 'loading' && !captures.value ? run : null;
