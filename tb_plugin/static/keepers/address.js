// @ts-check
/** Keeps the address and the state the same, whichever of them moves. */

import { listenToAddress, readAddress, writeAddress } from './host.js';
import { fromParameters, isAnotherPlace, toParameters } from '../state/url.js';

/** @typedef {import('../state/state.js').State} State */

// Browsers refuse more than about a hundred changes of the address in ten seconds.
const PAUSE_MS = 250;

/**
 * @param {import('../state/store.js').Store<State>} store
 * @param {import('../state/actions.js').Actions} actions
 */
export function keepAddress(store, actions) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {import('../state/state.js').Choice} */
  let written = store.get();
  /** @param {'push' | 'replace'} how */
  function write(how) {
    clearTimeout(timer);
    timer = undefined;
    written = store.get();
    writeAddress(toParameters(written), how);
  }
  listenToAddress((parameters) => {
    clearTimeout(timer);
    timer = undefined;
    written = fromParameters(parameters, store.get());
    actions.visit(written);
  });
  actions.visit(fromParameters(readAddress(), store.get()));
  written = store.get();
  store.subscribe(() => {
    const state = store.get();
    if (isAnotherPlace(written, state)) write('push');
    else if (!isSame(written, state)) timer ??= setTimeout(() => write('replace'), PAUSE_MS);
  });
}

/**
 * @param {import('../state/state.js').Choice} a
 * @param {import('../state/state.js').Choice} b
 */
const isSame = (a, b) => JSON.stringify(toParameters(a)) === JSON.stringify(toParameters(b));
