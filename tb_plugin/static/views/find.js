// @ts-check
import { el } from '../el.js';
import { knownTo } from '../known.js';
import { search } from '../search.js';
import { name } from '../words.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('../search.js').Hit} Hit */
/** @typedef {import('../actions.js').Actions} Actions */

/**
 * Finds a layer, a filter, an image or a run.
 * @param {State} state
 * @param {Actions} actions
 */
export function find(state, actions) {
  const hits = state.query === null ? [] : search(state.query, knownTo(state));
  const at = Math.min(state.hit, hits.length - 1);
  return el(
    'div',
    { class: 'find', role: 'search' },
    el('input', {
      class: 'find-box',
      type: 'search',
      role: 'combobox',
      placeholder: 'Find a layer, filter or image  ( / )',
      'aria-label': 'Find a layer, filter, image or run',
      'aria-expanded': String(hits.length > 0),
      'aria-controls': 'hits',
      'aria-activedescendant': hits.length ? `hit-${at}` : null,
      '.value': state.query ?? '',
      oninput: (/** @type {Event} */ event) =>
        actions.setScreen({ query: /** @type {HTMLInputElement} */ (event.target).value, hit: 0 }),
      onkeydown: (/** @type {KeyboardEvent} */ event) => keyed(event, hits, at, actions),
    }),
    state.query && list(hits, at, actions),
  );
}

/**
 * @param {Hit[]} hits
 * @param {number} at
 * @param {Actions} actions
 */
const list = (hits, at, actions) =>
  el(
    'ul',
    { class: 'hits', id: 'hits', role: 'listbox', 'aria-label': 'Found' },
    hits.length
      ? hits.map((hit, i) =>
          el(
            'li',
            {
              key: `${hit.what} ${hit.title} ${hit.remark}`,
              id: `hit-${i}`,
              role: 'option',
              'aria-selected': String(i === at),
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
          ),
        )
      : el('li', { class: 'none' }, 'Nothing of that name in this run.'),
  );

/**
 * @param {KeyboardEvent} event
 * @param {Hit[]} hits
 * @param {number} at
 * @param {Actions} actions
 */
function keyed(event, hits, at, actions) {
  const box = /** @type {HTMLInputElement} */ (event.target);
  /** @type {Record<string, () => void>} */
  const keys = {
    ArrowDown: () => actions.setScreen({ hit: Math.min(hits.length - 1, at + 1) }),
    ArrowUp: () => actions.setScreen({ hit: Math.max(0, at - 1) }),
    Enter: () => hits[at] && (actions.goToHit(hits[at]), box.blur()),
    Escape: () => (actions.setScreen({ query: null }), box.blur()),
  };
  if (!keys[event.key]) return;
  event.preventDefault();
  event.stopPropagation();
  keys[event.key]();
}
