// @ts-check
/** The runs that are compared with the chosen one, each with its own rows and axis. */

import { ticksOf } from '../models/axis.js';
import { compareColumns, compareCourse, compareRows, matchesOf, sharesBaseline } from '../models/compare.js';
import { mapModel } from '../models/maps.js';
import { memo, perObject } from '../models/memo.js';
import { patternModel } from '../models/patterns.js';
import { defaultPath } from './defaults.js';
import { columnIndex, maps, patterns } from './select.js';
import { kindOf } from './state.js';

/** @typedef {import('../api/types.js').CapturesAnswer} CapturesAnswer */
/** @typedef {import('../api/types.js').LayerAnswer} LayerAnswer */
/** @typedef {import('../models/maps.js').MapModel} MapModel */
/** @typedef {import('../models/patterns.js').PatternModel} PatternModel */
/** @typedef {import('../api/types.js').LineageAnswer} LineageAnswer */
/** @typedef {import('../models/compare.js').Matches} Matches */
/** @typedef {import('./state.js').State} State */
/** @typedef {import('../models/axis.js').Tick} Tick */

export const MAX_OTHERS = 3;

/**
 * @typedef {object} CompareModel
 * @property {{run: string, model: PatternModel | MapModel, isPaired: boolean,
 *   matches: Matches}[]} lanes The chosen run first; paired: its rows are those of the
 *   chosen run; matches: which of its rows do the same.
 * @property {import('../models/compare.js').CompareColumn[]} columns
 * @property {number[]} steps Of the columns; several have the same where the chosen run ended.
 * @property {import('../models/spread.js').Course} course
 * @property {import('../models/compare.js').CompareRow[]} rows
 */

/**
 * The other runs whose pictures are shown.
 * @param {State} state
 * @returns {string[]}
 */
export function otherRuns({ run, view, compare, versusRun }) {
  const wanted = [...(view === 'compare' ? compare : []), ...(versusRun ? [versusRun] : [])];
  return [...new Set(wanted)].filter((each) => each !== run).slice(0, MAX_OTHERS + 1);
}

/**
 * The chosen run and the others side by side; null if the chosen one has nothing to
 * show.
 * @param {State} state
 * @returns {CompareModel | null}
 */
export function compared(state) {
  const own = patterns(state) ?? maps(state);
  if (!own?.columns.length || state.run === null) return null;
  const others = state.compare.filter((run) => run !== state.run).slice(0, MAX_OTHERS);
  const known = others.flatMap((run) => {
    const { patterns: p, maps: m } = otherModel(state, run);
    const model = p ?? m;
    return model?.columns.length ? [{ run, model, matches: matchesFor(state, run) }] : [];
  });
  const flat = known.flatMap(({ run, model, matches }) => [run, model, matches]);
  return laidOut(state.axis, state.run, own, NO_MATCHES, ...flat);
}

/**
 * The place of the present column among those of all runs.
 * @param {State} state
 * @param {CompareModel} model
 */
export function presentPlace(state, { lanes, columns }) {
  const own = columnIndex(state, lanes[0].model);
  return columns.findIndex(({ of }) => of[0] >= own);
}

/** @type {Matches} */
const NO_MATCHES = new Map();

/**
 * @param {State} state
 * @param {string} run
 */
function matchesFor(state, run) {
  const answer = lineageOf(state, run)?.value;
  return answer ? matchesIn(answer) : NO_MATCHES;
}

const matchesIn = perObject((/** @type {LineageAnswer} */ answer) => matchesOf(answer));

/**
 * What to ask of the server to match the filters of another run with those of the chosen
 * one: the newest capture of each; null where they are paired by index, or not known yet.
 * @param {State} state
 * @param {string} run
 * @returns {{own: import('../api/api.js').Drawn, other: import('../api/api.js').Drawn,
 *   subject: string} | null}
 */
export function lineageWanted(state, run) {
  const own = patterns(state);
  const other = otherModel(state, run).patterns;
  const path = lanePath(state, run);
  if (state.view !== 'compare' || state.run === null || path === null || !own || !other) return null;
  const [step, otherStep] = [own, other].map(({ columns }) => columns.at(-1)?.step);
  if (step === undefined || otherStep === undefined || arePaired(own, other)) return null;
  const pair = [
    { run: state.run, path: state.layer.filter_patterns ?? '', step },
    { run, path, step: otherStep },
  ];
  return { own: pair[0], other: pair[1], subject: pair.flatMap(Object.values).join('\n') };
}

/**
 * The answer about the very filters that are shown; null while there is none.
 * @param {State} state
 * @param {string} run
 */
export function lineageOf(state, run) {
  const loaded = state.others[run]?.lineage ?? null;
  return loaded && loaded.subject === lineageWanted(state, run)?.subject ? loaded : null;
}

/**
 * The rows of images, without those of mean heatmaps, which Compare does not show.
 * @param {readonly {key: string, meanClass?: number | null}[]} rows
 */
export const imageRows = (rows) => rows.filter(({ meanClass }) => (meanClass ?? null) === null);

const laidOut = memo(
  (
    /** @type {import('./state.js').Axis} */ axis,
    /** @type {(string | PatternModel | MapModel | Matches)[]} */ ...flat
  ) => {
    const lanes = Array.from({ length: flat.length / 3 }, (_, i) => ({
      run: /** @type {string} */ (flat[3 * i]),
      model: /** @type {PatternModel | MapModel} */ (flat[3 * i + 1]),
      matches: /** @type {Matches} */ (flat[3 * i + 2]),
    }));
    const own = lanes[0].model;
    const known = lanes.map((lane) => ({ ...lane, isPaired: arePaired(own, lane.model) }));
    const columns = compareColumns(
      lanes.map(({ run, model }) => ({ run, columns: [...model.columns] })),
      axis,
    );
    const rows = known.map(({ model, isPaired, matches }) => ({ rows: imageRows(model.rows), isPaired, matches }));
    const steps = columns.map(({ step }) => step);
    const course = compareCourse(lanes.map(({ model }) => model.columns), columns);
    return { lanes: known, columns, steps, course, rows: compareRows(rows) };
  },
);

/**
 * Whether rows of the same key are the same thing in both runs: an image is, whatever the
 * model; a filter only where both began from the same weights.
 * @param {PatternModel | MapModel} own
 * @param {PatternModel | MapModel} other
 */
export const arePaired = (own, other) =>
  own === other || 'meanRows' in own || 'meanRows' in other || sharesBaseline(own, other);

/**
 * The layers that another run can show.
 * @param {State} state
 * @param {string} run
 */
export const laneHeads = (state, run) =>
  state.others[run]?.captures?.value?.layers.filter(({ kind }) => kind === kindOf(state)) ?? [];

/**
 * The layer of another run that stands beside the chosen one: the one that was chosen for
 * it, the one of the same name, or else the deepest of those drawn most often; null while
 * its layers are not known.
 * @param {State} state
 * @param {string} run
 */
export function lanePath(state, run) {
  const heads = laneHeads(state, run);
  const asked = [state.laneLayers[run], state.layer[kindOf(state)]];
  const named = asked.find((path) => heads.some((head) => head.path === path));
  return named ?? defaultPath(heads);
}

const newModels = () => {
  const axis = memo((/** @type {CapturesAnswer} */ answer) => ticksOf(answer.captures));
  return { axis, patterns: memo(patternModel), maps: memo(mapModel) };
};

/** @type {Map<string, ReturnType<typeof newModels>>} */
const known = new Map();

/**
 * The models of another run, on its own axis.
 * @param {State} state
 * @param {string} run
 * @returns {{patterns: PatternModel | null, maps: MapModel | null}}
 */
export function otherModel(state, run) {
  const kind = kindOf(state);
  const { captures, layerAnswer } = state.others[run] ?? {};
  const answer = layerAnswer?.value;
  const isIt = answer?.kind === kind && answer.path === lanePath(state, run);
  if (!captures?.value || !answer || !isIt) return { patterns: null, maps: null };
  const models = known.get(run) ?? newModels();
  known.set(run, models);
  const axis = models.axis(captures.value);
  return kind === 'filter_patterns'
    ? { patterns: models.patterns(answer, axis), maps: null }
    : { patterns: null, maps: models.maps(answer, axis) };
}
