// @ts-check
/**
 * Derives from the state what the views show: axis, layers, models; and what follows
 * where nobody chose.
 *
 * All functions are pure; expensive results are kept until what they depend on changes.
 */

import { arrangedMaps, arrangedPatterns } from '../models/arrange.js';
import { indexAt, placesOf, ticksOf } from '../models/axis.js';
import { exemplarsAt, hasExemplars, hasLineage } from '../models/exemplars.js';
import { mapModel, OF_MISTAKES } from '../models/maps.js';
import { memo } from '../models/memo.js';
import { overviewModel } from '../models/overview.js';
import { patternModel } from '../models/patterns.js';
import { hasLayer, isGrid, kindOf } from './state.js';

/** @typedef {import('../api/types.js').CapturesAnswer} CapturesAnswer */
/** @typedef {import('../api/types.js').LayerHead} LayerHead */
/** @typedef {import('../models/maps.js').MapModel} MapModel */
/** @typedef {import('../models/patterns.js').PatternModel} PatternModel */
/** @typedef {import('../models/axis.js').PictureKey} PictureKey */
/** @typedef {import('./state.js').State} State */
/** @typedef {import('../models/axis.js').Tick} Tick */

/**
 * @typedef {{columns: {step: number, picture: PictureKey | null}[], steps: number[], rows: {key: string}[],
 *   drawnBy?: (index: number) => number[]}} AnyModel */

/** @typedef {{key: string, hash?: string}} Row */

const ticksOfAnswer = memo((/** @type {CapturesAnswer | null | undefined} */ answer) =>
  answer ? ticksOf(answer.captures) : [],
);
const tickSteps = memo((/** @type {Tick[]} */ all) => all.map((tick) => tick.step));
const patternsOfAnswer = memo(patternModel);
const mapsOfAnswer = memo(mapModel);
const patternsArranged = memo(arrangedPatterns);
const mapsArranged = memo(arrangedMaps);
const mapFilter = memo(
  (
    /** @type {number | null} */ label,
    /** @type {number | null} */ predicted,
    /** @type {string | null} */ target,
    /** @type {import('./state.js').Only} */ only,
    /** @type {readonly string[]} */ selected,
  ) => ({ label, predicted, target, only, selected }),
);
const overviewOfAnswer = memo(overviewModel);

/**
 * The axis of time of the run.
 * @param {State} state
 * @returns {Tick[]}
 */
export const ticks = (state) => ticksOfAnswer(state.captures?.value);

/**
 * Index of the tick that the scrubber is at; -1 if there is none.
 * @param {State} state
 */
export const tickIndex = (state) => indexAt(tickSteps(ticks(state)), state.step);

const placesOfRun = memo(placesOf);

/**
 * The axis of the run, with the place of each tick from 0 to 1.
 * @param {State} state
 */
export function timeAxis(state) {
  const all = ticks(state);
  const steps = tickSteps(all);
  return { ticks: all, steps, places: placesOfRun(steps, state.spacing), index: tickIndex(state) };
}

const placesOfColumns = memo(placesOf);
const ticksOfColumns = memo((/** @type {{tick: Tick}[]} */ columns) => columns.map(({ tick }) => tick));

/**
 * What a chart over the captures of a layer is over.
 * @param {State} state
 * @param {{columns: {tick: Tick}[], steps: number[]}} of
 * @param {number} index Of the present one.
 */
export const columnAxis = ({ spacing }, { columns, steps }, index) => ({
  ticks: ticksOfColumns(columns),
  places: placesOfColumns(steps, spacing),
  index,
});

const FINAL = ['last', 'sanity check'];

const isOverIn = memo((/** @type {CapturesAnswer | null | undefined} */ answer) => {
  const newest = new Map(answer?.captures.map((each) => [each.stream, each.reason]));
  const reasons = [...newest.values()].map((reason) => reason.split(', '));
  return reasons.length > 0 && reasons.every((each) => each.some((one) => FINAL.includes(one)));
});

/**
 * Whether every callback has drawn what it draws when training ends.
 * @param {State} state
 */
export const isOver = (state) => isOverIn(state.captures?.value);

/**
 * How many captures came in after those that the person has seen.
 * @param {State} state
 */
export function numUnseen(state) {
  const { newestSeen } = state;
  if (newestSeen === null) return 0;
  return ticks(state).filter(({ step }) => step > newestSeen).length;
}

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
  const answer = hasLayer(state) ? state.layerAnswer?.value : null;
  const kind = kindOf(state);
  const isIt = answer?.run === state.run && answer?.kind === kind;
  return answer && isIt && answer.path === state.layer[kind] ? answer : null;
}

/**
 * @param {State} state
 * @returns {PatternModel | null} Its rows in the order of the log.
 */
function unarranged(state) {
  const answer = layerAnswer(state);
  return answer?.kind === 'filter_patterns' ? patternsOfAnswer(answer, ticks(state)) : null;
}

/**
 * Whether the view shows filters at the first capture and now: where that was chosen and the
 * log says what became of them.
 * @param {State} state
 */
export function isLineageShown(state) {
  const all = state.view === 'filters' && state.show === 'lineage' ? unarranged(state) : null;
  return all !== null && hasLineage(all);
}

/**
 * @param {State} state
 * @returns {PatternModel | null}
 */
export function patterns(state) {
  const all = unarranged(state);
  if (!all) return null;
  const { sort, statuses, pins } = state;
  const isLineage = isLineageShown(state);
  const isOfNow = statuses.length > 0 || isLineage;
  const index = isOfNow ? indexAt(all.steps, state.step) : all.steps.length - 1;
  const by = isLineage ? 'kept' : sort.filter_patterns;
  return patternsArranged(all, by, statuses, pins.filter_patterns, index);
}

/**
 * What a cell of the Filters view shows: patterns alone where the log has no exemplars.
 * @param {State} state
 * @returns {import('./state.js').Cells}
 */
export function cellsShown(state) {
  const shown = patterns(state);
  return shown && hasExemplars(shown) ? state.cells : 'pattern';
}

/**
 * The exemplar of the open filter that is shown instead of its pattern; null if none is.
 * @param {State} state
 */
export function openExemplar(state) {
  const shown = state.exemplar === null ? null : patterns(state);
  const column = shown?.columns[columnIndex(state, shown)];
  const row = shown?.allRows.find(({ key }) => key === state.item.filter_patterns);
  const found = shown && column && row && exemplarsAt(shown, row, column);
  const item = found && [...found.items, ...found.weaker].find(({ hash }) => hash === state.exemplar);
  return item ? { found, item, row } : null;
}

/**
 * @param {State} state
 * @returns {MapModel | null}
 */
export function maps(state) {
  const answer = layerAnswer(state);
  if (answer?.kind !== 'grad_cam') return null;
  const all = mapsOfAnswer(answer, ticks(state));
  const show = isGrid(state) ? 'grid' : 'strip';
  const isOfNow = show === 'grid' || OF_NOW.has(state.only) || state.predicted !== null;
  const index = isOfNow ? indexAt(all.steps, state.step) : all.steps.length - 1;
  return mapsArranged(all, state.sort.grad_cam, filterOf(state), state.pins.grad_cam, index, show);
}

/** What is another choice of images at another capture. */
const OF_NOW = new Set(['wrong', 'unknown', 'forgotten']);

/**
 * Which held-out images are asked for.
 * @param {State} state
 */
export const filterOf = ({ label, predicted, target, only, selection }) =>
  mapFilter(label, predicted, target, only, selection.images);

/**
 * What is explained of each image in a grid, side by side, up to three. What only
 * mistakes have (the label's heatmap, and why not the label) is shown among mistakes.
 * @param {Pick<State, 'target' | 'only' | 'label' | 'predicted'>} state
 * @param {Pick<MapModel, 'targets'>} model
 */
export function gridTargets({ target, only, label, predicted }, { targets }) {
  if (target !== null) return [target];
  const isCell = label !== null && predicted !== null && label !== predicted;
  const isOfMistakes = isCell || only === 'wrong' || only === 'forgotten';
  const shown = isOfMistakes ? targets : targets.filter((each) => !OF_MISTAKES.includes(each));
  return (shown.length ? shown : targets).slice(0, MAX_SIDE_BY_SIDE);
}

const MAX_SIDE_BY_SIDE = 3;

/**
 * @param {State} state
 * @returns {PatternModel | MapModel | null}
 */
export const model = (state) => patterns(state) ?? maps(state);

/**
 * The row whose details are open, as it is shown: in a grid an image has one row, whichever
 * of its heatmaps is open. Null where it is not shown.
 * @param {State} state
 * @param {{rows: Row[], allRows: Row[]}} model
 */
export function openKey(state, { rows, allRows }) {
  const item = state.item[kindOf(state)];
  const open = allRows.find(({ key }) => key === item);
  const shown = rows.find(({ key }) => key === item) ?? rows.find(({ hash }) => hash && hash === open?.hash);
  return shown?.key ?? null;
}

/**
 * The run at a glance, if it is here.
 * @param {State} state
 */
export function overviewOf(state) {
  const answer = state.overview?.value;
  return answer?.run === state.run && answer ? overviewOfAnswer(answer, ticks(state)) : null;
}

/**
 * The steps, ascending, for which the view has pictures or numbers.
 * @param {State} state
 * @returns {number[]}
 */
export const stepsShown = (state) => model(state)?.steps ?? tickSteps(ticks(state));

/**
 * Index of the present column.
 * @param {State} state
 * @param {AnyModel} of
 */
export const columnIndex = (state, of) => indexAt(of.steps, state.step);

/**
 * Index of the column that the detail compares with; -1 if none is chosen.
 * @param {State} state
 * @param {AnyModel} of
 */
export const versusIndex = (state, of) =>
  state.versus === null ? -1 : indexAt(of.steps, state.versus);
