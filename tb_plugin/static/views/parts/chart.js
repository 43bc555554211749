// @ts-check
import { el } from '../../dom/el.js';
import { number } from '../../models/words.js';
import { sparkline } from './sparkline.js';

/**
 * Numbers over captures under a title, the present one written beside it.
 * @param {string} title
 * @param {(number | null)[]} series
 * @param {number} index
 */
export const chart = (title, series, index) =>
  el(
    'figure',
    null,
    el(
      'figcaption',
      null,
      title,
      el('small', null, typeof series[index] === 'number' ? ` ${number(series[index])}` : ''),
    ),
    sparkline(series, index, { label: title }),
  );
