// @ts-check
import { el } from '../../dom/el.js';
import { tickIndex, ticks } from '../../state/select.js';
import { name } from '../../models/words.js';
import { picker } from '../parts/controls.js';
import { find } from './find.js';
import { menuIcon } from '../parts/icons.js';
import { kept } from './kept.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../state/actions.js').Actions} Actions */

/** @type {[import('../../api/types.js').ViewName, string][]} */
const VIEWS = [
  ['overview', 'Overview'],
  ['filters', 'Filters'],
  ['heatmaps', 'Heatmaps'],
  ['compare', 'Compare'],
];

/**
 * Which view, which run, and how much of it is here.
 * @param {State} state
 * @param {Actions} actions
 */
export const topbar = (state, actions) =>
  el(
    'header',
    { class: 'topbar' },
    el(
      'button',
      {
        class: 'quiet menu',
        type: 'button',
        'aria-label': 'Layers and display',
        'aria-expanded': String(state.drawer === 'left'),
        onclick: () => actions.setScreen({ drawer: state.drawer === 'left' ? 'none' : 'left' }),
      },
      menuIcon,
    ),
    el(
      'nav',
      { class: 'tabs', 'aria-label': 'Views' },
      VIEWS.map(([view, title]) =>
        el(
          'button',
          {
            type: 'button',
            'aria-current': view === state.view ? 'page' : null,
            onclick: () => actions.chooseView(view),
          },
          title,
        ),
      ),
    ),
    runPicker(state, actions),
    find(state, actions),
    el('span', { class: 'spacer' }),
    kept(state, actions),
    following(state, actions),
    el(
      'button',
      {
        class: 'quiet',
        type: 'button',
        'aria-label': 'Keys',
        title: 'What the keyboard does (?)',
        'aria-expanded': String(state.drawer === 'keys'),
        onclick: actions.toggleKeys,
      },
      '?',
    ),
  );

/**
 * @param {State} state
 * @param {Actions} actions
 */
function runPicker(state, actions) {
  const runs = state.runs?.value?.runs.map(({ run }) => run) ?? [];
  if (state.run !== null && !runs.includes(state.run)) runs.push(state.run);
  if (!runs.length) return null;
  return picker({
    label: 'Run',
    isLabelHidden: true,
    options: runs.map((run) => [run, name(run)]),
    chosen: state.run ?? '',
    choose: actions.chooseRun,
  });
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function following(state, actions) {
  if (!ticks(state).length) return null;
  const isAtEnd = tickIndex(state) === ticks(state).length - 1;
  const pressed = state.isFollowing && isAtEnd;
  return el(
    'button',
    {
      class: 'follow',
      type: 'button',
      'aria-pressed': String(pressed),
      title: pressed
        ? 'New captures will be shown as they come'
        : 'Go to the newest and stay there',
      onclick: actions.goToEnd,
    },
    pressed ? 'Following newest' : 'Go to newest',
  );
}
