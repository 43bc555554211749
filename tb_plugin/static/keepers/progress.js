// @ts-check
/**
 * While the captures of a run are on their way, asks now and then how far the
 * reading is. Who waits for a second wants to know whether it will be a minute.
 */

/** @typedef {import('../state/state.js').State} State */

const PAUSE_MS = 400;

/**
 * @param {import('../state/store.js').Store<State>} store
 * @param {Pick<typeof import('../api/api.js'), 'fetchProgress'>} api
 */
export function keepProgress(store, { fetchProgress }) {
  let isAsking = false;
  async function ask() {
    isAsking = true;
    for (let run = waitedFor(store.get()); run !== null; run = waitedFor(store.get())) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
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
 * The run whose captures are not here and on their way.
 * @param {State} state
 */
const waitedFor = ({ run, captures }) =>
  captures?.status === 'loading' && !captures.value ? run : null;
