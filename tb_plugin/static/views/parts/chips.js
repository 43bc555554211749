// @ts-check
import { el } from '../../dom/el.js';

/**
 * Choices that can be taken together, each with how many there are of it.
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
