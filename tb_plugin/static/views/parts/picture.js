// @ts-check
import { el } from '../../dom/el.js';

/** @typedef {import('../../painting/looks.js').Look} Look */
/** @typedef {import('../../dom/el.js').Leaf} Leaf */

/**
 * What lies over a picture that a mosaic paints: a hatch where something is
 * missing or marked, and the word that says what.
 * @param {Look} look
 * @param {...(Leaf | Leaf[])} over What else lies over it.
 */
export const frame = ({ mark, word }, ...over) =>
  el('span', { class: `picture ${mark}` }, over, word && el('span', { class: 'word' }, word));

/**
 * The same around a picture of its own.
 * @param {Look} look
 * @param {...(Leaf | Leaf[])} over
 */
export const picture = (look, ...over) =>
  frame(look, el('kv-tile', { '.drawing': look.drawing }), ...over);
