// @ts-check
/** The measures of a filter or a row, in groups and a table of changes. */

import { el } from '../../dom/el.js';
import { changeTable, GROUPS, measure, otherMeasures, SINCE } from '../../models/measures.js';
import { number, spelled } from '../../models/words.js';
import { fact } from '../parts/controls.js';

/** @typedef {import('../../models/measures.js').Measures} Measures */

const HEADS = {
  baseline: 'since baseline',
  previous: 'since previous',
  floor: 'noise floor',
  seed: 'other seed',
};
const MEANINGS = {
  baseline: '',
  previous: '',
  floor: 'The same weights, from a start perturbed by 1e-6; some filters stand for all of a layer',
  seed: 'The same weights, from another start; some filters stand for all of a layer',
};

/**
 * The numbers beside a picture, in groups; empty groups are omitted.
 * @param {Measures} measures
 */
export const numbers = (measures) => [
  changes(measures),
  GROUPS.map(({ title, names }) => {
    const known = names.filter(([name]) => measures.some(([each]) => each === name));
    return (
      known.length > 0 &&
      section(
        title,
        known.map(([name, words]) => fact(words, value(measure(measures, name)))),
      )
    );
  }),
  others(measures),
];

/** @param {Measures} measures */
function others(measures) {
  const rest = otherMeasures(measures);
  return (
    rest.length > 0 &&
    section(
      'Other numbers',
      rest.map(([name, each]) => fact(spelled(name), value(each))),
    )
  );
}

/**
 * Null means that the filter or row has no such number.
 * @param {number | null} each
 */
const value = (each) => (each === null ? '–' : number(each));

/**
 * @param {string} title
 * @param {import('../../dom/el.js').Child} facts
 */
const section = (title, facts) =>
  el('section', null, el('h3', null, title), el('dl', { class: 'facts' }, facts));

/**
 * How much changed since when, next to what chance alone changes.
 * @param {Measures} measures
 */
function changes(measures) {
  const rows = changeTable(measures);
  if (!rows.length) return null;
  const shown = SINCE.map((since, i) => ({ since, i })).filter(({ i }) =>
    rows.some(({ values }) => values[i] !== null),
  );
  if (!shown.length) return null;
  return el(
    'section',
    null,
    el('h3', null, 'Change'),
    el(
      'table',
      { class: 'change-table' },
      el(
        'thead',
        null,
        el(
          'tr',
          null,
          el('td', null),
          shown.map(({ since }) => el('th', { scope: 'col', title: MEANINGS[since] }, HEADS[since])),
        ),
      ),
      el(
        'tbody',
        null,
        rows.map(({ title, values }) =>
          el(
            'tr',
            null,
            el('th', { scope: 'row' }, title),
            shown.map(({ i }) => el('td', null, value(values[i]))),
          ),
        ),
      ),
    ),
  );
}
