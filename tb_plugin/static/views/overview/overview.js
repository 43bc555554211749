// @ts-check
/** The Overview: findings first, then cards about the run as a whole. */

import { el } from '../../dom/el.js';
import { isMeasured } from '../../models/overview.js';
import { percent } from '../../models/words.js';
import { overviewOf, tickIndex, ticks, timeAxis } from '../../state/select.js';
import { withAxes } from '../parts/chart.js';
import { changeMatrix } from './change_matrix.js';
import { findings } from './findings.js';
import { statusCard } from './status_card.js';
import { story } from './story.js';

/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../api/types.js').Series} Series */
/** @typedef {import('../parts/chart.js').Over} Over */
/** @typedef {import('../../state/state.js').State} State */

/**
 * What to look at first: findings, then accuracy, where the network changes, and what
 * capturing cost.
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
      outcomeCards(model, timeAxis(state)),
      ticks(state).length > 1 && changeMatrix(state, model, index, actions),
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

/**
 * Numbers of the held-out images over time, as far as they were measured.
 * @param {import('../../models/overview.js').OverviewModel} model
 * @param {Over} over
 */
function outcomeCards({ accuracy, inside, corner }, over) {
  const cards = [
    card('Held-out images right', accuracy, over),
    card('Energy inside the boxes', inside, over),
    corner && card(`Energy in the ${corner.name}`, corner.series, over),
  ].filter(Boolean);
  return cards.length > 0 && el('div', { class: 'outcomes' }, cards);
}

/**
 * @param {string} title
 * @param {Series} series
 * @param {Over} over
 */
function card(title, series, over) {
  if (!isMeasured(series)) return null;
  const first = series.find((value) => value !== null) ?? null;
  const now = series[over.index] ?? null;
  return el(
    'section',
    { class: 'card' },
    el('h3', null, title),
    el(
      'p',
      { class: 'now' },
      el('b', null, now === null ? '–' : percent(now)),
      el('small', null, ` ${percent(first)} at first`),
    ),
    withAxes(series, over, { label: title, domain: [0, 1], unit: percent }),
  );
}
