// @ts-check
/**
 * The state in, what the views show of it out. Pure; what is dear to compute is
 * kept until what it follows from changes.
 */

import { indexAt, ticksOf } from './axis.js';
import { memo } from './memo.js';
import { gridLayout, matrixLayout } from './matrix.js';
import { mapModel } from './maps.js';
import { patternModel } from './patterns.js';
import { PACK_STEPS } from './pictures.js';
import { kindOf } from './state.js';

/** @typedef {import('./types.js').State} State */
/** @typedef {import('./types.js').LayerHead} LayerHead */
/** @typedef {import('./types.js').HeldOut} HeldOut */
/** @typedef {import('./types.js').CapturesAnswer} CapturesAnswer */
/** @typedef {import('./axis.js').Tick} Tick */
/** @typedef {import('./patterns.js').PatternModel} PatternModel */
/** @typedef {import('./maps.js').MapModel} MapModel */
/** @typedef {{columns: {step: number, picture: PictureKey | null}[], steps: number[], rows: {key: string}[]}} AnyModel */
/** @typedef {import('./columns.js').PictureKey} PictureKey */

export const FILTER_HEAD_WIDTH = 104;
export const IMAGE_HEAD_WIDTH = 132;
export const MAP_CAPTION_HEIGHT = 23;
export const GRID_CAPTION_HEIGHT = 20;

const ticksOfAnswer = memo((/** @type {CapturesAnswer | null | undefined} */ answer) =>
  answer ? ticksOf(answer.captures) : [],
);
const tickSteps = memo((/** @type {Tick[]} */ all) => all.map((tick) => tick.step));
const patternsOfAnswer = memo(patternModel);
const mapsOfAnswer = memo(mapModel);

/**
 * The axis of time of the run.
 * @param {State} state
 * @returns {Tick[]}
 */
export const ticks = (state) => ticksOfAnswer(state.captures?.value);

/**
 * Index of the tick that the scrubber is at; -1 where there is none.
 * @param {State} state
 */
export const tickIndex = (state) => indexAt(tickSteps(ticks(state)), state.step);

/**
 * The layers that the view can show.
 * @param {State} state
 * @returns {LayerHead[]}
 */
export const layerHeads = (state) =>
  state.captures?.value?.layers.filter((layer) => layer.kind === kindOf(state)) ?? [];

/**
 * @param {State} state
 * @returns {LayerHead | undefined}
 */
export const layerHead = (state) =>
  layerHeads(state).find((layer) => layer.path === state.layer[kindOf(state)]);

/**
 * The answer about the layer that is chosen, if it is here.
 * @param {State} state
 */
function layerAnswer(state) {
  const answer = state.layerAnswer?.value;
  const kind = kindOf(state);
  const isIt = answer?.run === state.run && answer?.kind === kind;
  return answer && isIt && answer.path === state.layer[kind] ? answer : null;
}

/**
 * @param {State} state
 * @returns {PatternModel | null}
 */
export function patterns(state) {
  const answer = layerAnswer(state);
  return answer?.kind === 'filter_patterns' ? patternsOfAnswer(answer, ticks(state)) : null;
}

/**
 * @param {State} state
 * @returns {MapModel | null}
 */
export function maps(state) {
  const answer = layerAnswer(state);
  return answer?.kind === 'grad_cam' ? mapsOfAnswer(answer, ticks(state)) : null;
}

/**
 * @param {State} state
 * @returns {AnyModel | null}
 */
export const model = (state) => patterns(state) ?? maps(state);

/**
 * Index of the column that is shown as the present one.
 * @param {State} state
 * @param {AnyModel} of
 */
export const columnIndex = (state, of) => indexAt(of.steps, state.step);

/**
 * Index of the column that the detail compares with; -1 where none is chosen.
 * @param {State} state
 * @param {AnyModel} of
 */
export const versusIndex = (state, of) =>
  state.versus === null ? -1 : indexAt(of.steps, state.versus);

const aspectOfImages = memo((/** @type {HeldOut | null | undefined} */ heldOut) => {
  const images = heldOut?.record.images ?? [];
  return Math.max(...images.map((image) => image.shown_height / image.shown_width)) || 1;
});

/**
 * Height to width of the pictures of the view, the tallest where they differ.
 * @param {State} state
 */
export function aspect(state) {
  const sheet = patterns(state)?.columns.at(-1)?.capture.record.sheet;
  if (sheet) return sheet.picture_height / sheet.picture_width || 1;
  return aspectOfImages(state.heldOut?.value);
}

/**
 * @param {State} state
 * @param {AnyModel} of
 */
export function layout(state, of) {
  const isFilters = state.view === 'filters';
  return matrixLayout({
    viewport: state.viewport,
    numColumns: of.columns.length,
    numRows: of.rows.length,
    headWidth: isFilters ? FILTER_HEAD_WIDTH : IMAGE_HEAD_WIDTH,
    captionHeight: isFilters ? 0 : MAP_CAPTION_HEIGHT,
    minWidth: isFilters ? 46 : 56,
    aspect: aspect(state),
  });
}

/**
 * @param {State} state
 * @param {AnyModel} of
 */
export const grid = (state, of) =>
  gridLayout(state.viewport, of.rows.length, GRID_CAPTION_HEIGHT, aspect(state));

/**
 * Whether the view shows all rows of one capture, not all captures.
 * @param {State} state
 */
export const isGrid = (state) => state.view === 'filters' && state.show === 'grid';

/**
 * The pictures that the view needs now, the most needed first: the present one,
 * the one compared with, those in sight, those that share a pack with them.
 * @param {State} state
 * @returns {PictureKey[]}
 */
export function wantedPictures(state) {
  const shown = model(state);
  if (!shown?.columns.length) return [];
  const current = columnIndex(state, shown);
  const versus = versusIndex(state, shown);
  const [from, to] = isGrid(state) ? [current, current + 1] : layout(state, shown).columns;
  const margin = PACK_STEPS / 4;
  const first = PACK_STEPS * Math.floor(Math.max(0, from - margin) / PACK_STEPS);
  const last = PACK_STEPS * Math.ceil((to + margin) / PACK_STEPS);
  const order = new Set([current, versus, ...range(from, to), ...range(first, last)]);
  const keys = [...order].map((index) => shown.columns[index]?.picture ?? null);
  return [...new Map(keys.filter((key) => key !== null).map((key) => [key.key, key])).values()];
}

/**
 * @param {number} from
 * @param {number} to
 */
const range = (from, to) => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
