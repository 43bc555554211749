// @ts-check
/** What is known of another run in, its axis and its rows out. */

import { ticksOf } from '../models/axis.js';
import { mapModel } from '../models/maps.js';
import { memo } from '../models/memo.js';
import { patternModel } from '../models/patterns.js';
import { kindOf } from './state.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('../models/axis.js').Tick} Tick */
/** @typedef {import('../api/types.js').CapturesAnswer} CapturesAnswer */
/** @typedef {import('../api/types.js').LayerAnswer} LayerAnswer */
/** @typedef {import('../models/patterns.js').PatternModel} PatternModel */
/** @typedef {import('../models/maps.js').MapModel} MapModel */

const newModels = () => {
  const axis = memo((/** @type {CapturesAnswer} */ answer) => ticksOf(answer.captures));
  return { axis, patterns: memo(patternModel), maps: memo(mapModel) };
};

/** @type {Map<string, ReturnType<typeof newModels>>} */
const known = new Map();

/**
 * @param {State} state
 * @param {string} run
 * @returns {{patterns: PatternModel | null, maps: MapModel | null}}
 */
export function otherModel(state, run) {
  const kind = kindOf(state);
  const { captures, layerAnswer } = state.others[run] ?? {};
  const answer = layerAnswer?.value;
  const isIt = answer?.kind === kind && answer.path === state.layer[kind];
  if (!captures?.value || !answer || !isIt) return { patterns: null, maps: null };
  const models = known.get(run) ?? newModels();
  known.set(run, models);
  const axis = models.axis(captures.value);
  return kind === 'filter_patterns'
    ? { patterns: models.patterns(answer, axis), maps: null }
    : { patterns: null, maps: models.maps(answer, axis) };
}
