// @ts-check
import { el } from '../../dom/el.js';
import { closeIcon } from '../parts/icons.js';

/** @type {readonly (readonly [string, string])[]} */
const KEYS = [
  ['← →', 'the capture before, the next one'],
  ['Home End', 'the first capture, the newest one'],
  ['Space', 'play and pause'],
  ['↑ ↓', 'the row above, the row below (in the matrix, or with a detail open)'],
  ['Enter', 'open the row that the keyboard is at'],
  ['Esc', 'close what is open'],
  ['+ −', 'zoom the large picture'],
  ['/', 'find a layer, filter, image or run'],
  ['?', 'this list'],
];

/**
 * What the keyboard does.
 * @param {import('../../state/actions.js').Actions} actions
 */
export const keyList = (actions) =>
  el(
    'section',
    { class: 'log keys', role: 'dialog', 'aria-label': 'Keys' },
    el(
      'button',
      { class: 'quiet close', type: 'button', 'aria-label': 'Close', onclick: actions.escape },
      closeIcon,
    ),
    el('h2', null, 'Keys'),
    el(
      'dl',
      null,
      KEYS.map(([key, what]) => el('div', null, el('dt', null, el('kbd', null, key)), el('dd', null, what))),
    ),
  );
