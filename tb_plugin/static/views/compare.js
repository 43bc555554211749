// @ts-check
import { el } from '../dom.js';
import { boxOf } from '../matrix.js';
import { picker } from './controls.js';
import { picture } from './picture.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('../looks.js').Look} Look */
/** @typedef {import('../axis.js').Tick} Tick */
/** @typedef {import('../actions.js').Actions} Actions */

const LARGE_PX = 288;

/** @param {number} aspect Height to width. */
export const largeBox = (aspect) => boxOf(LARGE_PX, aspect);

/**
 * One picture, large; or two, with a handle between them that wipes from one to
 * the other.
 * @param {object} pair
 * @param {import('../matrix.js').Box} pair.box
 * @param {Look} pair.now
 * @param {Tick} pair.nowTick
 * @param {Look | null} pair.versus
 * @param {Tick | null} pair.versusTick
 * @param {number} pair.swipe Share that the other one covers.
 * @param {import('../dom.js').Leaf | import('../dom.js').Leaf[]} [pair.over] What lies over both.
 * @param {Actions} actions
 */
export function largePicture({ box, now, nowTick, versus, versusTick, swipe, over }, actions) {
  const cover = `${100 * swipe}%`;
  const oninput = (/** @type {Event} */ event) =>
    actions.setScreen({
      swipe: Number(/** @type {HTMLInputElement} */ (event.target).value) / 100,
    });
  return el(
    'div',
    { class: 'large', style: { '--cover': cover, '--tile-height': `${box.height}px` } },
    picture(now, over),
    versus &&
      versusTick && [
        el('div', { class: 'over' }, picture(versus, over)),
        el('input', {
          class: 'swipe',
          type: 'range',
          min: '0',
          max: '100',
          'aria-label': `From ${versusTick.title} to ${nowTick.title}`,
          '.value': String(Math.round(100 * swipe)),
          oninput,
        }),
        el('i', { class: 'handle', 'aria-hidden': 'true' }),
        el('span', { class: 'tag a' }, `A ${moment(versusTick)}`),
      ],
    el('span', { class: 'tag b' }, versus ? `B ${moment(nowTick)}` : moment(nowTick)),
  );
}

/** @param {Tick} tick */
const moment = (tick) => (tick.label === 'base' ? 'baseline' : `epoch ${tick.label}`);

/**
 * Which capture to compare with.
 * @param {State} state
 * @param {{step: number, tick: Tick}[]} columns
 * @param {number} current
 * @param {Actions} actions
 */
export function comparePicker(state, columns, current, actions) {
  const before = columns[current - 1];
  /** @type {[string, string][]} */
  const options = columns.map(({ step, tick }) => [
    String(step),
    `A: ${moment(tick)}, step ${step}`,
  ]);
  return el(
    'div',
    { class: 'versus' },
    picker({
      label: 'Compare with',
      isLabelHidden: true,
      options: [['', 'Compare with …'], ...options],
      chosen: state.versus === null ? '' : String(state.versus),
      choose: (value) => actions.setLook({ versus: value === '' ? null : Number(value) }),
    }),
    before &&
      el(
        'button',
        { type: 'button', onclick: () => actions.setLook({ versus: before.step }) },
        'The one before',
      ),
  );
}
