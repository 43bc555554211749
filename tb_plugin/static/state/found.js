// @ts-check
/** The state in, what was found of what is typed into the search box out. */

import { knownTo } from './known.js';
import { search } from '../models/search.js';

/**
 * @param {import('./state.js').State} state
 * @returns {{hits: import('../models/search.js').Hit[], at: number}} With the marked one's place.
 */
export function found(state) {
  const hits = state.query === null ? [] : search(state.query, knownTo(state));
  return { hits, at: Math.min(state.hit, hits.length - 1) };
}
