// @ts-check
import { el } from '../../dom/el.js';
import { memo } from '../../models/memo.js';
import { number } from '../../models/words.js';

/** @typedef {import('../../models/maps.js').MapModel} MapModel */

const DEPENDS_BELOW = 0.5; // as in kerasviz_callbacks/sanity.py
const WEIGHTS = 'rank_correlation_shuffled_weights';

/**
 * Whether the maps depend on the weights, as the newest check found; nothing
 * where none was made.
 * @param {MapModel | null} model
 */
export const sanityBadge = (model) => badgeOf(model?.columns ?? null);

const badgeOf = memo((/** @type {MapModel['columns'] | null} */ columns) => {
  const checked = columns?.findLast(({ capture }) => capture.record.measures[WEIGHTS]);
  if (!checked) return null;
  const values = checked.capture.record.measures[WEIGHTS].filter((value) => value !== null);
  if (!values.length) return null;
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const isPassed = mean < DEPENDS_BELOW;
  return el(
    'p',
    { class: isPassed ? 'sanity passed' : 'sanity failed' },
    el('b', null, isPassed ? '✓ Sanity check passed' : '✗ Sanity check failed'),
    isPassed
      ? `: with shuffled weights the heatmaps differ (rank correlation ${number(mean)}).`
      : `: with shuffled weights the heatmaps stay alike (rank correlation ${number(mean)}). ` +
          'They show the image, not what was learned.',
  );
});
