// @ts-check
/**
 * Keeps what is known of the runs that are compared with: which, their captures,
 * and the layer that is looked at.
 */

import { otherRuns } from '../state/lanes.js';
import { kindOf } from '../state/state.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/state.js').OtherRun} OtherRun */
/** @typedef {import('../state/store.js').Store<State>} StateStore */
/** @typedef {typeof import('../api/api.js')} Api */

const NOTHING = { captures: null, layerAnswer: null };

/**
 * Ask for what is not here.
 * @param {StateStore} store
 * @param {Pick<Api, 'fetchCaptures' | 'fetchLayer'>} api
 */
export function loadOthers(store, api) {
  const kind = kindOf(store.get());
  const path = store.get().layer[kind];
  for (const run of otherRuns(store.get())) {
    void asked(store, run, 'captures', run, () => api.fetchCaptures(run));
    if (path === null) continue;
    const subject = [run, kind, path].join('\n');
    void asked(store, run, 'layerAnswer', subject, () => api.fetchLayer(run, kind, path));
  }
}

/**
 * @param {StateStore} store
 * @param {string} run
 * @param {keyof OtherRun} slot
 * @param {string} subject
 * @param {() => Promise<any>} fetchIt
 */
async function asked(store, run, slot, subject, fetchIt) {
  const { reading } = store.get();
  const before = (store.get().others[run] ?? NOTHING)[slot];
  if (before?.subject === subject && before.reading === reading) return;
  const value = before?.subject === subject ? before.value : null;
  const question = { subject, reading, message: '' };
  /** @param {object} answer */
  const put = (answer) => {
    const { others } = store.get();
    const ofRun = { ...(others[run] ?? NOTHING), [slot]: { ...question, ...answer } };
    store.set({ others: { ...others, [run]: ofRun } });
  };
  const isLate = () => {
    const now = (store.get().others[run] ?? NOTHING)[slot];
    return now?.subject !== subject || now.reading !== reading;
  };
  put({ status: 'loading', value });
  try {
    const answer = await fetchIt();
    if (!isLate()) put({ status: 'ready', value: answer });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!isLate()) put({ status: 'failed', value, message: `${run}: ${message}` });
  }
}
