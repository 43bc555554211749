// @ts-check
/** What is shown where nobody chose: the first run, a view, a layer, the newest step. */

import { layerHeads, maps, ticks } from './select.js';
import { hasLayer, kindOf } from './state.js';

/** @typedef {import('./state.js').State} State */

/**
 * Defaults for what nobody chose: the first run, its view, its last layer, the first
 * heatmap of an image, the newest step.
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
  const heatmap = firstHeatmap(state);
  if (heatmap) filled.item = { ...state.item, grad_cam: heatmap.key };
  if (newest === undefined) return filled;
  const isFollowing = state.isFollowing || state.step === null || state.step >= newest;
  if (isFollowing) return { ...filled, step: newest, isFollowing, newestSeen: newest };
  return state.newestSeen === null ? { ...filled, newestSeen: newest } : filled;
}

/**
 * The first of several heatmaps of an image that is open by its name alone, as a search
 * finds it.
 * @param {State} state
 */
function firstHeatmap(state) {
  const item = state.item.grad_cam;
  const model = item === null ? null : maps(state);
  if (!model || model.rows.some(({ key }) => key === item)) return null;
  const row = model.allRows.find(({ image }) => image === item);
  return row && row.key !== item ? model.rowsOfImage(row)[0] : null;
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
