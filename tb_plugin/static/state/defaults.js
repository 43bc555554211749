// @ts-check
/** What is shown where nobody chose: the first run, a view, a layer, the newest step. */

import { layerHeads, ticks } from './select.js';
import { hasLayer, kindOf } from './state.js';

/** @typedef {import('./state.js').State} State */

/**
 * Defaults for what nobody chose: the first run, its view, its last layer, the newest
 * step.
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
  if (isFollowing) return { ...filled, step: newest, isFollowing, newestSeen: newest };
  return state.newestSeen === null ? { ...filled, newestSeen: newest } : filled;
}

/**
 * The Overview once there is more than one capture; before, the first view with
 * pictures.
 * @param {State} state
 * @returns {import('../api/types.js').ViewName}
 */
function firstView(state) {
  if (ticks(state).length > 1) return 'overview';
  const layers = state.captures?.value?.layers ?? [];
  return layers.some(({ kind }) => kind === 'filter_patterns') || !layers.length
    ? 'filters'
    : 'heatmaps';
}

/**
 * The last of the layers with most captures: the deepest one that is still captured.
 * @param {import('../api/types.js').LayerHead[]} heads
 */
export function defaultPath(heads) {
  const most = Math.max(...heads.map((head) => head.num_captures));
  return heads.findLast((head) => head.num_captures === most)?.path ?? null;
}
