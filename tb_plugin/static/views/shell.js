// @ts-check
import { el } from '../el.js';
import { maps, patterns, ticks } from '../select.js';
import { compare } from './compare.js';
import { empty } from './empty.js';
import { filters } from './filters.js';
import { heatmaps } from './heatmaps.js';
import { keyList } from './key_list.js';
import { logPanel } from './log.js';
import { mapDetail } from './map_detail.js';
import { notice } from './notice.js';
import { overview } from './overview.js';
import { patternDetail } from './pattern_detail.js';
import { side } from './side.js';
import { timeline } from './timeline.js';
import { topbar } from './topbar.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('../actions.js').Actions} Actions */
/** @typedef {import('../pictures.js').Pictures} Pictures */

/**
 * The page: time across it, then three columns: choose, compare, understand.
 * @param {State} state
 * @param {Pictures} pictures
 * @param {Actions} actions
 */
export const shell = (state, pictures, actions) =>
  el(
    'div',
    { class: `app drawer-${state.drawer}` },
    topbar(state, actions),
    timeline(state, actions),
    notice(state, actions),
    state.drawer === 'log' && logPanel(state, actions),
    state.drawer === 'keys' && keyList(actions),
    el('div', { class: 'columns' }, middle(state, pictures, actions)),
  );

/**
 * @param {State} state
 * @param {Pictures} pictures
 * @param {Actions} actions
 */
function middle(state, pictures, actions) {
  const isOverview = state.view === 'overview' && ticks(state).length > 0;
  return isOverview
    ? el('main', { class: 'wide' }, overview(state, pictures, actions))
    : [side(state, actions), rows(state, pictures, actions)];
}

/**
 * @param {State} state
 * @param {Pictures} pictures
 * @param {Actions} actions
 */
function rows(state, pictures, actions) {
  const patternModel = patterns(state);
  if (patternModel?.columns.length) {
    const seen = compareOf(state, pictures, actions) ?? filters(state, patternModel, pictures, actions);
    return [el('main', null, seen), patternDetail(state, patternModel, pictures, actions)];
  }
  const mapModel = maps(state);
  if (mapModel?.columns.length) {
    const seen = compareOf(state, pictures, actions) ?? heatmaps(state, mapModel, pictures, actions);
    return [el('main', null, seen), mapDetail(state, mapModel, pictures, actions)];
  }
  return el('main', null, empty(state));
}

/**
 * @param {State} state
 * @param {Pictures} pictures
 * @param {Actions} actions
 */
const compareOf = (state, pictures, actions) =>
  state.view === 'compare' ? compare(state, pictures, actions) : null;
