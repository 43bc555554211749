// @ts-check
/** The lineage of filters: each at the first capture and now, what changed most first. */

import { el } from '../../dom/el.js';
import { fateOf, fates, FATES, KEPT, keptOf, REWRITTEN, topClass } from '../../models/exemplars.js';
import { counted, name } from '../../models/words.js';
import { cellLook } from '../../painting/exemplar_looks.js';
import { cellsShown } from '../../state/select.js';
import { pictureGrid } from '../matrix/grid.js';

/** @typedef {import('../../models/patterns.js').PatternColumn} PatternColumn */
/** @typedef {import('../../models/patterns.js').PatternModel} PatternModel */
/** @typedef {import('../../models/patterns.js').PatternRow} PatternRow */

/**
 * @param {import('../../state/state.js').State} state
 * @param {PatternModel} model
 * @param {import('./grid.js').Context} context
 * @param {import('../../state/actions.js').Actions} actions
 */
export function lineage(state, model, { pictures, grid, current }, actions) {
  const [first, now] = [model.columns[0], model.columns[current]];
  const cells = cellsShown(state);
  const look = (/** @type {PatternRow} */ row, /** @type {PatternColumn} */ column) => ({
    look: cellLook(cells, model, row, column, pictures, grid.tile),
    over: [],
  });
  return el(
    'div',
    { class: 'images lineage' },
    summary(model, first, now),
    pictureGrid(
      {
        title: `Filters at ${first.tick.title} and at ${now.tick.title}`,
        subject: `${state.run} ${state.layer.filter_patterns} lineage`,
        rows: model.rows,
        grid,
        cursor: state.cursor,
        open: state.item.filter_patterns,
        item(row) {
          const kept = keptOf(model, row, now);
          const words = classes(model, row, first, now);
          const said = kept === null ? 'not compared' : `correlation ${kept.toFixed(2)}`;
          return {
            label: [`filter ${row.filter}`, said, words].filter(Boolean).join(', '),
            className: fateOf(kept),
            pictures: [look(row, first), look(row, now)],
            under: el(
              'span',
              { class: 'caption' },
              el('b', null, row.filter),
              el('i', { class: 'fate' }, kept === null ? '—' : kept.toFixed(2)),
              words && el('span', { class: 'became' }, words),
            ),
          };
        },
      },
      actions,
    ),
  );
}

/**
 * How many filters kept their meaning, as a bar and in words.
 * @param {PatternModel} model
 * @param {PatternColumn} first
 * @param {PatternColumn} now
 */
function summary(model, first, now) {
  if (first === now) return el('p', { class: 'hint' }, NOTHING_YET);
  const found = fates(model, now).filter(([, count]) => count > 0);
  const word = new Map(FATES);
  const said = found.map(([fate, count]) => `${count} ${word.get(fate)}`).join(', ');
  return el(
    'header',
    { class: 'fates' },
    el('p', null, `Of ${counted(model.allRows.length, 'filter')}, from ${first.tick.title} to ${now.tick.title}: ${said}.`),
    el(
      'div',
      { class: 'bar', 'aria-hidden': 'true' },
      found.map(([fate, count]) => el('i', { key: fate, class: fate, style: { 'flex-grow': String(count) } })),
    ),
    el('p', { class: 'hint' }, HOW),
  );
}

const NOTHING_YET = 'This is the first capture. Go to a later one to see what became of its filters.';
const HOW =
  'Left: then. Right: now. The number correlates what a filter did with what it does, by its largest ' +
  `activation on the same images of the pool: from ${KEPT} on it kept its meaning, below ${REWRITTEN} it was rewritten.`;

/**
 * The class that a filter stands out by, then and now; empty where it has none.
 * @param {PatternModel} model
 * @param {PatternRow} row
 * @param {PatternColumn} first
 * @param {PatternColumn} now
 */
function classes(model, row, first, now) {
  const [before, after] = [first, now].map((column) => topClass(model, row, column)?.name);
  if (before === undefined && after === undefined) return '';
  if (before === after) return name(after ?? '');
  return `${before === undefined ? 'no class' : name(before)} → ${after === undefined ? 'no class' : name(after)}`;
}
