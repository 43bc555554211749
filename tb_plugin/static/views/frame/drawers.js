// @ts-check
/** The panels laid over the page: the log, and the list of keys. */

import { el } from '../../dom/el.js';
import { memo } from '../../models/memo.js';
import { counted, name } from '../../models/words.js';
import { ticks } from '../../state/select.js';
import { closeIcon } from '../parts/controls.js';

/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../api/types.js').Fault} Fault */
/** @typedef {import('../../state/state.js').State} State */

const MAX_SHOWN = 200;

/**
 * @param {State} state
 * @returns {Fault[]}
 */
const faults = (state) => [
  ...(state.captures?.value?.faults ?? []),
  ...(state.heldOut?.value?.faults ?? []),
];

/**
 * @typedef {object} Note What the callbacks noted, once.
 * @property {string} text
 * @property {string} moment When it was noted first.
 * @property {number} count In how many captures.
 * @property {boolean} varies Whether later ones had other numbers.
 */

/** What was skipped to keep within the budget is apart from what was seen. */
const OF_BUDGET = /\bbudget(=|\b)/;

/** What captures repeat with other numbers each time. */
const REPEATED = /^(Evidence by path|\d+ captures? before this one|\d+ of \d+ (scores|filters?))/;

/** @param {string} text What is equal in notes that are one. */
const keyOf = (text) => (REPEATED.test(text) ? text.replace(/\d+/g, '#') : text);

/**
 * Notes by their first moment, each once, however many captures repeat it.
 * @type {(axis: import('../../models/axis.js').Tick[]) => Note[]}
 */
const notesOf = memo((/** @type {import('../../models/axis.js').Tick[]} */ axis) => {
  /** @type {Map<string, Note>} */
  const found = new Map();
  for (const tick of axis) {
    for (const text of new Set(tick.notes)) {
      const known = found.get(keyOf(text));
      if (known) {
        known.count += 1;
        known.varies ||= known.text !== text;
      } else found.set(keyOf(text), { text, moment: tick.title, count: 1, varies: false });
    }
  }
  return [...found.values()];
});

/** @param {State} state */
export const logSize = (state) => ({
  numFaults: faults(state).length,
  numNotes: notesOf(ticks(state)).length,
});

/**
 * What could not be read in the log, what was skipped, and what the callbacks noted.
 * @param {State} state
 * @param {Actions} actions
 */
export function logPanel(state, actions) {
  const wrong = faults(state).map(({ tag, step, message }) =>
    entry(step === null ? tag : `${tag}, step ${step}`, message),
  );
  const notes = notesOf(ticks(state));
  const [skipped, noted] = [true, false].map((isOfBudget) =>
    notes.filter(({ text }) => OF_BUDGET.test(text) === isOfBudget).map(noteEntry),
  );
  return el(
    'section',
    { class: 'log', 'aria-label': 'Faults and notes' },
    el(
      'button',
      { class: 'quiet close', type: 'button', 'aria-label': 'Close', onclick: actions.escape },
      closeIcon,
    ),
    listed('What could not be read', wrong),
    listed('Skipped to stay within the budget', skipped),
    listed('What the callbacks noted', noted),
  );
}

/** @param {Note} note */
function noteEntry({ text, moment, count, varies }) {
  if (count === 1) return entry(moment, text);
  const numbers = varies ? ' with other numbers' : '';
  return entry(`${moment}, and ${counted(count - 1, 'later capture')}${numbers}`, text);
}

/**
 * @param {string} where
 * @param {string} what
 */
const entry = (where, what) =>
  el('li', null, el('strong', null, name(where)), ' ', what.slice(0, 600));

/**
 * @param {string} title
 * @param {import('../../dom/el.js').VNode[]} entries
 */
function listed(title, entries) {
  if (!entries.length) return null;
  const more = entries.length - MAX_SHOWN;
  return [
    el('h2', null, title),
    el('ul', null, entries.slice(0, MAX_SHOWN)),
    more > 0 && el('p', null, `and ${more} more`),
  ];
}

/** @type {readonly (readonly [string, string])[]} */
const KEYS = [
  ['← →', 'the capture before, the next one'],
  ['Home End', 'the first capture, the newest one'],
  ['Space', 'play and pause'],
  ['[ ] \\', 'show and play captures from here on, up to here, all'],
  ['↑ ↓', 'the row above, the row below (in the matrix, or with a detail open)'],
  ['Enter', 'open the row that the keyboard is at'],
  ['X', 'pick the image that the keyboard is at, or drop it'],
  ['Esc', 'close what is open'],
  ['+ −', 'zoom the large picture'],
  ['F', 'the large picture on all of the page'],
  ['O', 'while it is held: images without their heatmaps'],
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
