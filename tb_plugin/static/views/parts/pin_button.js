// @ts-check
import { el } from '../../dom/el.js';
import { kindOf } from '../../state/state.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../state/actions.js').Actions} Actions */

/**
 * Keeps a row on top, or lets it go.
 * @param {State} state
 * @param {string} key Of the row.
 * @param {Actions} actions
 */
export function pinButton(state, key, actions) {
  const isOnTop = isPinned(state, { key });
  return el(
    'button',
    {
      class: 'quiet pin-row',
      type: 'button',
      'aria-pressed': String(isOnTop),
      'aria-label': 'Keep on top',
      title: isOnTop ? 'Pinned: keeps its row on top' : 'Pin: keep its row on top',
      onclick: () => actions.togglePin(key),
    },
    isOnTop ? '★' : '☆',
  );
}

/**
 * @param {State} state
 * @param {{key: string}} row
 */
export const isPinned = (state, { key }) => state.pins[kindOf(state)].includes(key);

export const pinMark = el('span', { class: 'pin-mark', title: 'Pinned' }, '★ ');
