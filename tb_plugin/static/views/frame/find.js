// @ts-check
/** The search box, and the list of what it found. */

import { el } from '../../dom/el.js';
import { name } from '../../models/words.js';
import { found } from '../../state/found.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../models/search.js').Hit} Hit */
/** @typedef {import('../../state/actions.js').Actions} Actions */

/**
 * Finds a layer, a filter, an image or a run.
 * @param {State} state
 * @param {Actions} actions
 */
export function find(state, actions) {
  const { hits, at } = found(state);
  return el(
    'div',
    { class: 'find', role: 'search' },
    el('input', {
      class: 'find-box',
      type: 'search',
      role: 'combobox',
      placeholder: 'Find a layer, filter or image  ( / )',
      'aria-label': 'Find a layer, filter, status, image, class or run',
      'aria-expanded': String(hits.length > 0),
      'aria-controls': 'hits',
      'aria-activedescendant': hits.length ? `hit-${at}` : null,
      '.value': state.query ?? '',
      oninput: (/** @type {Event} */ event) =>
        actions.setScreen({ query: /** @type {HTMLInputElement} */ (event.target).value, hit: 0 }),
      onkeydown: (/** @type {KeyboardEvent} */ event) => keyed(event, actions),
    }),
    state.query && list(hits, at, state, actions),
  );
}

/**
 * @param {Hit[]} hits
 * @param {number} at
 * @param {State} state
 * @param {Actions} actions
 */
const list = (hits, at, state, actions) =>
  el(
    'ul',
    { class: 'hits', id: 'hits', role: 'listbox', 'aria-label': 'Found' },
    hits.every(({ isElsewhere }) => isElsewhere) && el('li', { class: 'none' }, nothing(state, hits)),
    hits.map((hit, i) => entry(hit, i, i === at, actions)),
  );

/**
 * @param {Hit} hit
 * @param {number} i
 * @param {boolean} isMarked
 * @param {Actions} actions
 */
const entry = (hit, i, isMarked, actions) =>
  el(
    'li',
    {
      key: `${hit.what} ${hit.title} ${hit.remark}`,
      id: `hit-${i}`,
      role: 'option',
      'aria-selected': String(isMarked),
      onmousedown: (/** @type {Event} */ event) => {
        event.preventDefault();
        actions.goToHit(hit);
      },
    },
    el('small', null, hit.what),
    ' ',
    el('b', null, name(hit.title)),
    ' ',
    el('small', null, name(hit.remark)),
  );

/**
 * @param {State} state
 * @param {Hit[]} others Where else to look.
 */
function nothing(state, others) {
  if (!state.captures?.value) return 'Nothing of that name yet: the run is still being read.';
  if (others.length) return 'Nothing of that name in this view. Others know more:';
  const path = state.layer.filter_patterns;
  return path === null
    ? 'Nothing of that name in this run.'
    : `Nothing of that name among layers, images, runs and the filters of ${name(path)}.`;
}

/**
 * @param {KeyboardEvent} event
 * @param {Actions} actions
 */
function keyed(event, actions) {
  const box = /** @type {HTMLInputElement} */ (event.target);
  /** @type {Record<string, () => void>} */
  const keys = {
    ArrowDown: () => actions.moveHit(1),
    ArrowUp: () => actions.moveHit(-1),
    Enter: () => actions.openHit() && box.blur(),
    Escape: () => (actions.setScreen({ query: null }), box.blur()),
  };
  if (!keys[event.key]) return;
  event.preventDefault();
  event.stopPropagation();
  keys[event.key]();
}
