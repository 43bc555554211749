// @ts-check
import { el } from '../../dom/el.js';
import { isMeasured } from '../../models/overview.js';
import { percent } from '../../models/words.js';
import { sparkline } from '../parts/sparkline.js';

/** @typedef {import('../../api/types.js').Column} Column */

/**
 * What the held-out images say over time.
 * @param {import('../../models/overview.js').OverviewModel} model
 * @param {number} index Of the present tick.
 */
export const outcomeCards = ({ accuracy, inside, corner }, index) =>
  el(
    'div',
    { class: 'outcomes' },
    card('Held-out images right', accuracy, index, 'No image has a label.'),
    card('Energy inside the boxes', inside, index, 'Not measured: give GradCAM boxes or masks.'),
    corner && card(`Energy in the ${corner.name}`, corner.series, index, ''),
  );

/**
 * @param {string} title
 * @param {Column} series
 * @param {number} index
 * @param {string} absence
 */
function card(title, series, index, absence) {
  const first = series.find((value) => value !== null) ?? null;
  const now = series[index] ?? null;
  return el(
    'section',
    { class: 'card' },
    el('h3', null, title),
    isMeasured(series)
      ? [
          el(
            'p',
            { class: 'now' },
            el('b', null, now === null ? '–' : percent(now)),
            el('small', null, ` ${percent(first)} at first`),
          ),
          sparkline(series, index, { label: title, domain: [0, 1] }),
        ]
      : el('p', { class: 'hint' }, absence),
  );
}
