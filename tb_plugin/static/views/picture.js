// @ts-check
import { el } from '../dom.js';

/** @typedef {import('../looks.js').Look} Look */

/**
 * A tile: what is drawn, hatched where something is missing or marked, and the
 * word that says what.
 * @param {Look} look
 * @param {import('../dom.js').Child} [over] What else lies over it.
 */
export const picture = ({ drawing, mark, word }, over) =>
  el(
    'span',
    { class: `picture ${mark}` },
    el('kv-tile', { '.drawing': drawing }),
    word && el('span', { class: 'word' }, word),
    over,
  );
