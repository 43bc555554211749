// @ts-check
import { el } from '../../dom/el.js';
import { name } from '../../models/words.js';
import { closeIcon } from '../parts/icons.js';

/** @typedef {import('../../dom/el.js').Child} Child */
/** @typedef {import('../../state/actions.js').Actions} Actions */

const EDGES_PX = 44; // what the column needs beside its picture

/**
 * The right column: one thing, large, with the numbers that say how far to
 * believe it.
 * @param {string} title
 * @param {string} subtitle
 * @param {{content: Child, pin: Child, box: import('../../painting/paint.js').Box}} what `box`: of the
 *   large picture
 * @param {Actions} actions
 */
export const detail = (title, subtitle, { content, pin, box }, actions) =>
  el(
    'aside',
    { class: 'detail open', 'aria-label': `Details of ${title}`, style: { width: `${box.width + EDGES_PX}px` } },
    el(
      'header',
      null,
      el('h2', null, name(title), el('small', null, name(subtitle))),
      pin,
      el(
        'button',
        {
          class: 'quiet close',
          type: 'button',
          'aria-label': 'Close details',
          title: 'Close (Escape)',
          onclick: actions.close,
        },
        closeIcon,
      ),
    ),
    content,
  );

/**
 * What stands in its place while nothing is open.
 * @param {Child} content
 */
export const overview = (content) =>
  el('aside', { class: 'detail', 'aria-label': 'This capture' }, content);
