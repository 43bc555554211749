// @ts-check
import { el } from '../../dom/el.js';

/**
 * A few choices side by side, one of them taken.
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

/** @type {WeakMap<readonly (readonly [string, string])[], import('../../dom/el.js').VNode[]>} */
const described = new WeakMap();

/**
 * Described once per list: some have an option per capture.
 * @param {readonly (readonly [string, string])[]} options
 */
function optionsOf(options) {
  const nodes =
    described.get(options) ??
    options.map(([value, name]) => el('option', { value, key: value }, name));
  described.set(options, nodes);
  return nodes;
}

/**
 * Something that is on or off.
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
 * A fact: what it is, what it amounts to, and a remark.
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
