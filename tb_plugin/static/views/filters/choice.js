// @ts-check
/** The part of the left column that chooses, sorts and filters patterns. */

import { el } from '../../dom/el.js';
import { hasExemplars, hasLineage } from '../../models/exemplars.js';
import { memo } from '../../models/memo.js';
import { statusCounts } from '../../models/patterns.js';
import { spelled } from '../../models/words.js';
import { columnIndex, isLineageShown, patterns } from '../../state/select.js';
import { isGrid } from '../../state/state.js';
import { chips, columnsChoice, picker, segmented } from '../parts/controls.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../state/state.js').SortName} SortName */
/** @typedef {import('../../state/actions.js').Actions} Actions */

const SHOWS = /** @type {const} */ ([
  ['strip', 'Film strip'],
  ['grid', 'Grid'],
]);
const WITH_LINEAGE = /** @type {const} */ ([...SHOWS, ['lineage', 'Lineage']]);

const CELLS = /** @type {const} */ ([
  ['pattern', 'Pattern'],
  ['exemplars', 'Exemplars'],
  ['both', 'Both'],
]);

/** @type {[SortName, string][]} */
const SORTS = [
  ['order', 'filter index'],
  ['change', 'change since baseline'],
  ['objective', 'activation reached'],
  ['status', 'status, trouble first'],
  ['selectivity', 'class selectivity'],
];

/**
 * Which filters are shown, and how.
 * @param {State} state
 * @param {Actions} actions
 */
export function filterChoice(state, actions) {
  const { sort, statuses } = state;
  const model = patterns(state);
  const shown = isLineageShown(state) ? 'lineage' : isGrid(state) ? 'grid' : 'strip';
  return el(
    'section',
    null,
    el('h2', null, 'Show'),
    state.view !== 'compare' && [
      segmented('Show', model && hasLineage(model) ? WITH_LINEAGE : SHOWS, shown, (show) =>
        actions.setLook({ show }),
      ),
      columnsChoice(state, model, actions),
      model && hasExemplars(model) &&
        segmented('In each cell', CELLS, state.cells, (cells) => actions.setLook({ cells })),
    ],
    picker({
      label: 'Sort by',
      options: SORTS,
      chosen: sort.filter_patterns,
      choose: (by) =>
        actions.setLook({ sort: { ...sort, filter_patterns: /** @type {SortName} */ (by) } }),
    }),
    chips('Only filters that are', statusOptions(state), statuses, (chosen) =>
      actions.setLook({ statuses: chosen }),
    ),
  );
}

const statusesEver = memo((/** @type {import('../../models/patterns.js').PatternColumn[]} */ columns) => [
  ...new Set(columns.flatMap(({ capture }) => capture.record.status)),
]);

/**
 * Every status that ever occurred, counted at the present capture.
 * @param {State} state
 */
function statusOptions(state) {
  const model = patterns(state);
  if (!model?.columns.length) return [];
  const now = new Map(statusCounts(model.columns[columnIndex(state, model)]));
  return [...new Set(['live', ...statusesEver(model.columns), ...state.statuses])].map((status) => ({
    value: status,
    name: spelled(status),
    count: now.get(status) ?? 0,
  }));
}
