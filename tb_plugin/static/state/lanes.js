// @ts-check
/** The state in, the runs that Compare lays side by side out. */

import { compareColumns, compareRows } from '../models/compare.js';
import { memo } from '../models/memo.js';
import { otherModel } from './other_models.js';
import { MAX_OTHERS } from '../keepers/others.js';
import { maps, patterns } from './select.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('../models/patterns.js').PatternModel} PatternModel */
/** @typedef {import('../models/maps.js').MapModel} MapModel */

/**
 * @typedef {object} CompareModel
 * @property {{run: string, model: PatternModel | MapModel}[]} lanes The chosen run first.
 * @property {import('../models/compare.js').CompareColumn[]} columns
 * @property {import('../models/compare.js').CompareRow[]} rows
 */

/**
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
    return model?.columns.length ? [{ run, model }] : [];
  });
  return laidOut(state.axis, state.run, own, ...known.flatMap(({ run, model }) => [run, model]));
}

/**
 * Without those of the mean heatmaps.
 * @param {readonly {key: string, meanClass?: number | null}[]} rows
 */
const imageRows = (rows) => rows.filter(({ meanClass }) => (meanClass ?? null) === null);

const laidOut = memo(
  (
    /** @type {import('./state.js').Axis} */ axis,
    /** @type {(string | PatternModel | MapModel)[]} */ ...flat
  ) => {
    const lanes = Array.from({ length: flat.length / 2 }, (_, i) => ({
      run: /** @type {string} */ (flat[2 * i]),
      model: /** @type {PatternModel | MapModel} */ (flat[2 * i + 1]),
    }));
    const columns = compareColumns(
      lanes.map(({ run, model }) => ({ run, columns: [...model.columns] })),
      axis,
    );
    return { lanes, columns, rows: compareRows(imageRows(lanes[0].model.rows), lanes.length) };
  },
);
