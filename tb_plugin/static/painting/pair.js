// @ts-check
/**
 * The two pictures that the detail shows: the present one, and the one it is compared
 * with, of any two captures of one run or of two; or the image of an exemplar by itself.
 */

import { indexAt } from '../models/axis.js';
import { arePaired, otherModel } from '../state/lanes.js';
import { columnIndex, maps, openExemplar, patterns } from '../state/select.js';
import { kindOf } from '../state/state.js';
import { imageLook } from './exemplar_looks.js';
import { mapContext, mapLook, filterLook } from './looks.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('./looks.js').Look} Look */
/** @typedef {import('../pictures/pictures.js').Pictures} Pictures */
/** @typedef {import('./paint.js').Box} Box */
/** @typedef {import('../models/axis.js').PictureKey} PictureKey */

/**
 * @typedef {object} Side One of the two.
 * @property {string} run
 * @property {import('../models/axis.js').Tick} tick
 * @property {PictureKey | null} picture
 * @property {(box: Box) => Look} look
 * @property {number[] | null} detected Edges of the detection that is explained, if any.
 *
 * @typedef {{now: Side, versus: Side | null}} Pair
 */

/**
 * @param {State} state
 * @param {Pictures} pictures
 * @returns {Pair | null} Null while no row is open.
 */
export function pairOf(state, pictures) {
  const opened = openExemplar(state);
  if (opened) return { now: exemplarSide(state, opened, pictures), versus: null };
  const own = sidesOf(state, state.run ?? '', { patterns: patterns(state), maps: maps(state) }, pictures);
  const now = own && own(columnOf(state));
  if (!now) return null;
  const { versus, versusRun } = state;
  if (versus === null && versusRun === null) return { now, versus: null };
  if (versusRun === null || versusRun === state.run) return { now, versus: own(versus) };
  const models = otherModel(state, versusRun);
  const [mine, theirs] = [patterns(state), models.patterns];
  // Another filter would stand beside this one, as if it were the same.
  if (mine && theirs && !arePaired(mine, theirs)) return { now, versus: null };
  const other = sidesOf(state, versusRun, models, pictures);
  return { now, versus: other ? other(versus) : null };
}

/**
 * @param {State} state
 * @param {NonNullable<ReturnType<typeof openExemplar>>} opened
 * @param {Pictures} pictures
 * @returns {Side}
 */
const exemplarSide = (state, { found: { column }, item }, pictures) => ({
  run: state.run ?? '',
  tick: column.tick,
  picture: column.picture,
  look: (box) => imageLook(state, column, item, pictures, box),
  detected: null,
});

/** @param {State} state */
function columnOf(state) {
  const model = patterns(state) ?? maps(state);
  return model?.columns[columnIndex(state, model)]?.step ?? null;
}

/**
 * The open row at any step of a run; null if the run lacks it.
 * @param {State} state
 * @param {string} run
 * @param {{patterns: import('../models/patterns.js').PatternModel | null,
 *   maps: import('../models/maps.js').MapModel | null}} models
 * @param {Pictures} pictures
 * @returns {((step: number | null) => Side | null) | null}
 */
export function sidesOf(state, run, models, pictures) {
  const item = state.item[kindOf(state)];
  if (models.patterns) return patternSides(models.patterns, run, item, pictures);
  return models.maps ? mapSides(state, models.maps, run, item, pictures) : null;
}

/**
 * @param {import('../models/patterns.js').PatternModel} model
 * @param {string} run
 * @param {string | null} item
 * @param {Pictures} pictures
 */
function patternSides(model, run, item, pictures) {
  const row = model.allRows.find(({ key }) => key === item);
  if (!row) return null;
  return (/** @type {number | null} */ step) => {
    const column = model.columns[indexAt(model.steps, step)];
    if (!column) return null;
    const look = (/** @type {Box} */ box) => filterLook(model, row, column, pictures, box);
    const { picture, tick } = model.latest(row, column)?.column ?? column;
    return { run, tick, picture, look, detected: null };
  };
}

/**
 * @param {State} state
 * @param {import('../models/maps.js').MapModel} model
 * @param {string} run
 * @param {string | null} item
 * @param {Pictures} pictures
 */
function mapSides(state, model, run, item, pictures) {
  const row = model.allRows.find(({ key }) => key === item);
  if (!row) return null;
  const context = mapContext(state, model, row, pictures);
  return (/** @type {number | null} */ step) => {
    const column = model.columns[indexAt(model.steps, step)];
    if (!column) return null;
    const cell = model.cell(row, column);
    const look = (/** @type {Box} */ box) => mapLook(cell, column, context, box);
    const detected = cell?.box ?? null;
    return { run, tick: column.tick, picture: column.picture, look, detected };
  };
}
