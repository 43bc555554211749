// @ts-check
/**
 * Watches a run that is still training: asks every few seconds whether the log has grown,
 * and has the page read again if it has.
 *
 * TensorBoard's own reload of the page is off by default, so nobody else would say so. Its
 * server reads the log every five seconds (`--reload_interval`); that, and not the pause
 * here, rules how soon a capture can be seen. Nothing is asked while the page is hidden,
 * nor of a run that has finished.
 */

import { isOver } from '../state/select.js';

/** @typedef {typeof import('../api/api.js')} Api */
/** @typedef {import('../state/store.js').Store<import('../state/state.js').State>} StateStore */

export const PAUSE_MS = 3000;
const LONGEST_PAUSE_MS = 30_000;
// A finished run may be continued by another `fit`: two minutes are waited for it. A run that
// stands still for ten may have been killed, or be slow; then less often will do.
const POLLS_AFTER_END = 40;
const POLLS_UNTIL_SLOW = 200;

/**
 * @param {StateStore} store
 * @param {Pick<Api, 'fetchVersion'>} api
 * @param {() => void} readAgain
 * @param {object} [around] What tests replace.
 * @param {() => boolean} [around.isSeen]
 * @param {(act: () => void, ms: number) => unknown} [around.later]
 */
export function watchRun(store, { fetchVersion }, readAgain, around = {}) {
  const { isSeen = isPageSeen, later = setTimeout } = around;
  let known = '';
  let numQuiet = 0;
  async function poll() {
    const state = store.get();
    const { run, captures } = state;
    const about = `${run} ${captures?.value?.version}`;
    if (about !== known) numQuiet = 0;
    known = about;
    const isWaiting = captures?.status === 'loading' || state.runs?.status === 'loading';
    if (!isSeen() || isWaiting || hasEnded(state, numQuiet)) return;
    numQuiet += 1;
    if (run === null) return state.runs?.value ? readAgain() : undefined; // none yet
    if (!captures?.value) return; // failed: people are asked to try again
    // An outage is reported once something is wanted; here it is waited for.
    const answer = await fetchVersion(run).catch(() => null);
    const isStill = store.get().run === run && store.get().captures === captures;
    if (answer && isStill && answer.version !== captures.value.version) readAgain();
  }
  const next = () =>
    later(() => void poll().finally(next), numQuiet > POLLS_UNTIL_SLOW ? LONGEST_PAUSE_MS : PAUSE_MS);
  next();
}

/** A hidden tab of TensorBoard has no height. */
const isPageSeen = () => !document.hidden && innerHeight > 0;

/**
 * @param {import('../state/state.js').State} state
 * @param {number} numQuiet Polls since the log grew.
 */
const hasEnded = (state, numQuiet) => isOver(state) && numQuiet >= POLLS_AFTER_END;
