// @ts-check
/** The card that shows how many filters are live, over time and now. */

import { el } from '../../dom/el.js';
import { memo } from '../../models/memo.js';
import { spelled, STATUS_MEANINGS } from '../../models/words.js';

/** @typedef {import('../../models/overview.js').OverviewModel} OverviewModel */
/** @typedef {import('../../models/overview.js').StatusSeries} StatusSeries */

const MAX_BARS = 160;
/** @type {Readonly<Record<string, string>>} */
const CLASSES = { live: 'live', stuck: 'stuck', dead: 'dead', saturated: 'saturated', not_finite: 'broken' };

/**
 * How many filters are live, over time and now.
 * @param {OverviewModel} model
 * @param {number} index
 */
export function statusCard({ statuses }, index) {
  if (!statuses.length) return null;
  return el(
    'section',
    { class: 'card statuses' },
    el('h3', null, 'Filters'),
    el(
      'div',
      { class: 'bars-box' },
      bars(statuses),
      el('i', { class: 'now', style: { left: `${place(index, statuses[0].counts.length)}%` } }),
    ),
    el(
      'ul',
      null,
      statuses.map(({ word, counts }) =>
        el(
          'li',
          null,
          el('i', { class: `swatch ${CLASSES[word] ?? 'other'}` }),
          el('b', null, counts[index]),
          ` ${spelled(word)}`,
          STATUS_MEANINGS[word] && el('small', null, ` ${STATUS_MEANINGS[word]}`),
        ),
      ),
    ),
  );
}

/** @param {number} i @param {number} count */
const place = (i, count) => (100 * (i + 0.5)) / count;

/** A stacked bar per capture, as many as fit. */
const bars = memo((/** @type {StatusSeries[]} */ statuses) => {
  const length = statuses[0].counts.length;
  const size = Math.ceil(length / MAX_BARS);
  const shown = Array.from({ length: Math.ceil(length / size) }, (_, i) =>
    Math.min(length - 1, size * (i + 1) - 1),
  );
  return el(
    'span',
    { class: 'bars', 'aria-hidden': 'true' },
    shown.map((i) => {
      const total = statuses.reduce((sum, { counts }) => sum + counts[i], 0);
      return el(
        'span',
        null,
        statuses.map(({ word, counts }) =>
          el('i', {
            class: CLASSES[word] ?? 'other',
            style: { height: `${(100 * counts[i]) / Math.max(1, total)}%` },
          }),
        ),
      );
    }),
  );
});
