// @ts-check
/** The top bar: views, run, search, and how much of the log is here. */

import { el } from '../../dom/el.js';
import { counted, name } from '../../models/words.js';
import { isOver, layerHead, numUnseen, tickIndex, ticks } from '../../state/select.js';
import { hasLayer, kindOf } from '../../state/state.js';
import { menuIcon, picker } from '../parts/controls.js';
import { logSize } from './drawers.js';
import { find } from './find.js';

/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../state/state.js').State} State */

/** @type {[import('../../api/types.js').ViewName, string][]} */
const VIEWS = [
  ['overview', 'Overview'],
  ['filters', 'Filters'],
  ['heatmaps', 'Heatmaps'],
  ['compare', 'Compare'],
];

/**
 * View, run, search, and how many captures are kept.
 * @param {State} state
 * @param {Actions} actions
 */
export const topbar = (state, actions) =>
  el(
    'header',
    { class: 'topbar' },
    el('h1', { class: 'visually-hidden' }, 'kerasviz'),
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
        title: 'Keyboard shortcuts (?)',
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
  const num = numUnseen(state);
  return el(
    'button',
    {
      class: num ? 'follow news' : 'follow',
      type: 'button',
      'aria-pressed': String(pressed),
      title: pressed ? (isOver(state) ? FINISHED : FOLLOWED) : 'Go to the newest and stay there',
      onclick: actions.goToEnd,
    },
    pressed ? 'Following newest' : num ? counted(num, 'new capture') : 'Go to newest',
  );
}

const FOLLOWED =
  'Captures are shown as they come: the page asks every 3 s for new ones, TensorBoard reads ' +
  'the log every 5 s unless --reload_interval says otherwise';
const FINISHED = 'This run has finished; captures of another fit would be shown as they come';

const KEPT =
  'How many of the captures that the callbacks of this view wrote TensorBoard can show: ' +
  'it may be set to keep fewer, or a file may be corrupt.';

/**
 * How many captures the log still holds, and what else it says.
 * @param {State} state
 * @param {Actions} actions
 */
function kept(state, actions) {
  const streams = state.captures?.value?.streams ?? [];
  const stream = layerHead(state)?.stream;
  const ofView = !hasLayer(state)
    ? streams
    : streams.filter((each) =>
        stream === undefined ? each.stream.startsWith(kindOf(state)) : each.stream === stream,
      );
  const numKept = ofView.reduce((sum, each) => sum + each.num_kept, 0);
  const numWritten = ofView.reduce((sum, each) => sum + each.num_written, 0);
  const { numFaults, numNotes } = logSize(state);
  const more = [
    numFaults && counted(numFaults, 'fault'),
    numNotes && counted(numNotes, 'note'),
  ].filter(Boolean);
  return [
    numWritten > 0 &&
      el(
        'span',
        { class: numKept < numWritten ? 'kept warn' : 'kept', title: KEPT },
        `${numKept} of ${counted(numWritten, 'capture')} kept`,
      ),
    more.length > 0 &&
      el(
        'button',
        {
          class: numFaults ? 'quiet log-button warn' : 'quiet log-button',
          type: 'button',
          'aria-expanded': String(state.drawer === 'log'),
          onclick: () => actions.setScreen({ drawer: state.drawer === 'log' ? 'none' : 'log' }),
        },
        more.join(', '),
      ),
  ];
}
