// @ts-check
/**
 * A store of the state: `get`, `set`, `subscribe`.
 *
 * Nobody is notified of a `set` that changes nothing.
 */

/**
 * @template {object} S
 * @typedef {object} Store
 * @property {() => Readonly<S>} get
 * @property {(patch: Partial<S>) => void} set
 * @property {(listener: (state: Readonly<S>) => void) => () => void} subscribe
 *   Returns the function that ends the subscription.
 */

/**
 * @template {object} S
 * @param {S} initial
 * @returns {Store<S>}
 */
export function createStore(initial) {
  let state = initial;
  /** @type {Set<(state: Readonly<S>) => void>} */
  const listeners = new Set();
  return {
    get: () => state,
    set(patch) {
      if (!changes(state, patch)) return;
      state = { ...state, ...patch };
      for (const listener of [...listeners]) listener(state);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * @param {object} state
 * @param {object} patch
 */
function changes(state, patch) {
  const before = /** @type {Record<string, unknown>} */ (state);
  return Object.entries(patch).some(([key, value]) => !Object.is(before[key], value));
}
