// @ts-check
import { el } from '../../dom/el.js';
import { overview as overviewOf, tickIndex, ticks } from '../../state/select.js';
import { changeMatrix } from './change_matrix.js';
import { findings } from './findings.js';
import { outcomeCards } from './outcome_cards.js';
import { statusCard } from './status_card.js';
import { story } from './story.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../state/actions.js').Actions} Actions */

/**
 * What a person should look at first: findings in sentences, then what is right,
 * where the network changes, and what watching it cost.
 * @param {State} state
 * @param {import('../../pictures/pictures.js').Pictures} pictures
 * @param {Actions} actions
 */
export function overview(state, pictures, actions) {
  const model = overviewOf(state);
  if (!model) return waiting(state);
  const index = tickIndex(state);
  return el(
    'div',
    { class: 'overview', key: `overview ${state.run}` },
    findings(state, model, pictures, actions),
    el(
      'div',
      { class: 'cards' },
      outcomeCards(model, index),
      changeMatrix(state, model, index, actions),
      el('div', { class: 'pair' }, statusCard(model, index), story(ticks(state), actions)),
    ),
  );
}

/** @param {State} state */
const waiting = ({ overview: asked }) =>
  el(
    'p',
    { class: 'empty', role: 'status' },
    asked?.status === 'failed' ? 'The overview could not be read.' : 'Looking over the run…',
  );
