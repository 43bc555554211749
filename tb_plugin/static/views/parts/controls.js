// @ts-check
/** Controls of a form, facts, icons, and the button that pins a row. */

import { el } from '../../dom/el.js';
import { perObject } from '../../models/memo.js';
import { isGrid, kindOf } from '../../state/state.js';
import { numTooMany } from '../../state/strip.js';

/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../state/state.js').State} State */

/**
 * A few choices side by side, one of them chosen.
 * @template {string} T
 * @param {string} label
 * @param {readonly (readonly [T, string])[]} options Value and what it is called.
 * @param {T} chosen
 * @param {(value: T) => void} choose
 */
export const segmented = (label, options, chosen, choose) =>
  el(
    'div',
    { class: 'segmented', role: 'group', 'aria-label': label },
    options.map(([value, name]) =>
      el(
        'button',
        { type: 'button', 'aria-pressed': String(value === chosen), onclick: () => choose(value) },
        name,
      ),
    ),
  );

/**
 * @param {object} select
 * @param {string} select.label
 * @param {boolean} [select.isLabelHidden]
 * @param {readonly (readonly [string, string])[]} select.options Value and name.
 * @param {string} select.chosen
 * @param {(value: string) => void} select.choose
 */
export function picker({ label, isLabelHidden = false, options, chosen, choose }) {
  const onchange = (/** @type {Event} */ event) =>
    choose(/** @type {HTMLSelectElement} */ (event.target).value);
  return el(
    'label',
    { class: 'picker' },
    el('span', { class: isLabelHidden ? 'visually-hidden' : null }, label),
    el(
      'select',
      { 'aria-label': label, '.value': chosen, onchange },
      optionsOf(options),
    ),
  );
}

/** The options, described once per list: some lists have one per capture. */
const optionsOf = perObject((/** @type {readonly (readonly [string, string])[]} */ options) =>
  options.map(([value, name]) => el('option', { value, key: value }, name)),
);

/**
 * A checkbox with a label.
 * @param {string} label
 * @param {boolean} isOn
 * @param {(isOn: boolean) => void} choose
 */
export const toggle = (label, isOn, choose) =>
  el(
    'label',
    { class: 'toggle' },
    el('input', {
      type: 'checkbox',
      '.checked': isOn,
      onchange: (/** @type {Event} */ event) =>
        choose(/** @type {HTMLInputElement} */ (event.target).checked),
    }),
    el('span', null, label),
  );

/**
 * A fact: its name, its value, and a remark.
 * @param {string} name
 * @param {import('../../dom/el.js').Child} value
 * @param {string} [remark]
 */
export const fact = (name, value, remark = '') =>
  el(
    'div',
    { class: 'fact' },
    el('dt', null, name),
    el('dd', null, value, remark && el('small', null, ` ${remark}`)),
  );

/**
 * Choices that can be combined, each with its count.
 * @param {string} label
 * @param {readonly {value: string, name: string, count: number}[]} options
 * @param {readonly string[]} chosen
 * @param {(chosen: string[]) => void} choose
 */
export const chips = (label, options, chosen, choose) =>
  el(
    'div',
    { class: 'chips', role: 'group', 'aria-label': label },
    options.map(({ value, name, count }) => {
      const isChosen = chosen.includes(value);
      const rest = chosen.filter((each) => each !== value);
      return el(
        'button',
        {
          type: 'button',
          key: value,
          'aria-pressed': String(isChosen),
          onclick: () => choose(isChosen ? rest : [...rest, value]),
        },
        name,
        el('small', null, ` ${count}`),
      );
    }),
  );

/**
 * The button that pins a row to the top, or unpins it.
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

/**
 * Whether a film strip shows all captures of the range, where they do not fit.
 * @param {State} state
 * @param {{steps: readonly number[]} | null} model
 * @param {Actions} actions
 */
export function columnsChoice(state, model, actions) {
  const count = model ? numTooMany(state, model) : 0;
  if (isGrid(state) || !count) return null;
  const options = /** @type {const} */ ([
    ['fit', 'Captures that fit'],
    ['all', `all ${count}`],
  ]);
  return segmented('Captures', options, state.columns, (columns) => actions.setLook({ columns }));
}

const TAIL = 14; // letters that stay at the end of a long name

/**
 * A name that is cut in the middle where it does not fit: layers differ at their ends.
 * @param {string} text
 */
export const cutName = (text) =>
  el(
    'bdi',
    { class: 'cut' },
    el('span', null, text.slice(0, -TAIL)),
    el('span', null, text.slice(-TAIL)),
  );

/** @param {string} d */
const icon = (d) =>
  el('svg', { class: 'icon', viewBox: '0 0 16 16', 'aria-hidden': 'true' }, el('path', { d }));

export const playIcon = icon('M4 2.5v11l9-5.5z');
export const pauseIcon = icon('M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z');
export const closeIcon = icon(
  'M3.3 4.7 4.7 3.3 8 6.6l3.3-3.3 1.4 1.4L9.4 8l3.3 3.3-1.4 1.4L8 9.4l-3.3 3.3-1.4-1.4L6.6 8z',
);
export const menuIcon = icon('M2 3.5h12v1.6H2zM2 7.2h12v1.6H2zM2 10.9h12v1.6H2z');

/**
 * A bar of colors with numbers at its ends and in the middle.
 * @param {string} gradient CSS.
 * @param {string[]} numbers From left to right.
 * @param {string} meaning
 */
export const colorBar = (gradient, numbers, meaning) =>
  el(
    'div',
    { class: 'legend' },
    el('i', { style: { background: gradient } }),
    numbers.map((each) => el('span', null, each)),
    el('small', null, meaning),
  );
