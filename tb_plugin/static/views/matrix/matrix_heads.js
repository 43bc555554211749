// @ts-check
import { el } from '../../dom/el.js';

/** @typedef {import('../../models/axis.js').Tick} Tick */
/** @typedef {import('../../state/actions.js').Actions} Actions */

/**
 * @param {string} name
 * @param {Tick} tick
 */
export const columnClass = (name, tick) => (tick.isNewFit ? `${name} new-fit` : name);

/**
 * The moments of the columns, each a way to go there.
 * @template R
 * @template {{index: number, step: number, tick: Tick}} C
 * @param {import('./matrix.js').Matrix<R, C>} matrix
 * @param {Actions} actions
 */
export function heads({ layout, columns, current, versus, corner }, actions) {
  return el(
    'div',
    { class: 'heads', style: { width: `${layout.width}px` } },
    el('div', { class: 'corner' }, corner),
    columns.slice(...layout.columns).map(({ index, step, tick }) =>
      el(
        'button',
        {
          key: `c${index}`,
          type: 'button',
          tabindex: '-1',
          class: columnClass('column-head', tick),
          'aria-current': index === current ? 'true' : null,
          title: tick.title,
          style: { left: `${layout.headWidth + index * layout.pitch}px` },
          onclick: () => actions.goTo(step),
        },
        index === versus && el('b', { class: 'pin' }, 'A'),
        tick.label,
      ),
    ),
  );
}
