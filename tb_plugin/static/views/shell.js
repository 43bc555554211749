// @ts-check
/** The whole page: top bar and timeline, then three columns: choose, compare, understand. */

import { el } from '../dom/el.js';
import { maps, patterns, ticks } from '../state/select.js';
import { compare } from './compare/compare.js';
import { patternDetail } from './filters/detail.js';
import { filters } from './filters/filters.js';
import { keyList, logPanel } from './frame/drawers.js';
import { empty, notice } from './frame/messages.js';
import { spanLanes } from './frame/spans.js';
import { timeline } from './frame/timeline.js';
import { topbar } from './frame/topbar.js';
import { mapDetail } from './heatmaps/detail.js';
import { heatmaps } from './heatmaps/heatmaps.js';
import { overview } from './overview/overview.js';
import { side } from './side.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/actions.js').Actions} Actions */
/** @typedef {import('../pictures/pictures.js').Pictures} Pictures */

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
    behind(state, topbar(state, actions)),
    behind(state, timeline(state, actions)),
    behind(state, spanLanes(state, actions)),
    notice(state, actions),
    state.drawer === 'log' && logPanel(state, actions),
    state.drawer === 'keys' && keyList(actions),
    el('div', { class: 'columns' }, middle(state, pictures, actions)),
  );

/**
 * What lies behind a picture that takes all of the page: the keyboard passes it by.
 * @template {import('../dom/el.js').VNode | null} N
 * @param {State} state
 * @param {N} node
 * @returns {N}
 */
const behind = ({ isFull }, node) =>
  isFull && node ? { ...node, props: { ...node.props, inert: true } } : node;

/**
 * @param {State} state
 * @param {Pictures} pictures
 * @param {Actions} actions
 */
function middle(state, pictures, actions) {
  const isOverview = state.view === 'overview' && ticks(state).length > 0;
  return isOverview
    ? el('main', { class: 'wide' }, overview(state, pictures, actions))
    : [behind(state, side(state, actions)), rows(state, pictures, actions)];
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
    return [behind(state, el('main', null, seen)), patternDetail(state, patternModel, pictures, actions)];
  }
  const mapModel = maps(state);
  if (mapModel?.columns.length) {
    const seen = compareOf(state, pictures, actions) ?? heatmaps(state, mapModel, pictures, actions);
    return [behind(state, el('main', null, seen)), mapDetail(state, mapModel, pictures, actions)];
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
