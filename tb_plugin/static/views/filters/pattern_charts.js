// @ts-check
import { changeOf, measure } from '../../models/measures.js';
import { chart } from '../parts/chart.js';

/** @typedef {import('../../models/patterns.js').PatternModel} PatternModel */
/** @typedef {import('../../models/patterns.js').PatternRow} PatternRow */

/**
 * The numbers of one filter over all captures.
 * @param {PatternModel} model
 * @param {PatternRow} row
 * @param {number} index The present capture.
 */
export function patternCharts(model, row, index) {
  const [changes, weights, best] = seriesOf(model, row);
  return [
    chart('Activation reached', model.series(row), index),
    changes.some((value) => value !== null) && chart('Change since the baseline', changes, index),
    weights.some((value) => value !== null) && chart('Change of its weights', weights, index),
    best.some((value) => value !== null) && chart('Best held-out image', best, index),
  ];
}

/** @type {WeakMap<PatternModel['series'], Map<string, (number | null)[][]>>} */
const known = new WeakMap();

/**
 * The same arrays every time, so that a chart is drawn once.
 * @param {PatternModel} model
 * @param {PatternRow} row
 * @returns {(number | null)[][]}
 */
function seriesOf(model, row) {
  const ofModel = known.get(model.series) ?? new Map();
  known.set(model.series, ofModel);
  const found = ofModel.get(row.key) ?? computed(model, row);
  ofModel.set(row.key, found);
  return found;
}

/**
 * @param {PatternModel} model
 * @param {PatternRow} row
 */
function computed(model, row) {
  const measures = model.columns.map((column) => model.cell(row, column)?.measures ?? []);
  return [
    measures.map((each) => changeOf(each, 'baseline')),
    measures.map((each) => measure(each, 'weight_change_baseline')),
    measures.map((each) => measure(each, 'held_out_best')),
  ];
}
