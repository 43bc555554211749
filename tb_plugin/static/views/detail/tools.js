// @ts-check
/** Under the large picture: time, size, and files to keep. */

import { el } from '../../dom/el.js';
import { pauseIcon, playIcon } from '../parts/icons.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../state/actions.js').Actions} Actions */

/**
 * @param {State} state
 * @param {{step: number, tick: import('../../models/axis.js').Tick}[]} columns
 * @param {number} current
 * @param {Actions} actions
 */
export const tools = (state, columns, current, actions) =>
  el(
    'div',
    { class: 'tools' },
    scrubber(state, columns, current, actions),
    el(
      'div',
      { class: 'tool-row' },
      press('−', 'Smaller (-)', () => actions.zoomBy(-1)),
      el('output', { 'aria-label': 'Zoom' }, `${state.zoom.level}×`),
      press('+', 'Larger (+)', () => actions.zoomBy(1)),
      el(
        'button',
        {
          type: 'button',
          'aria-pressed': String(state.isWide),
          title: 'A wider column',
          onclick: () => actions.setScreen({ isWide: !state.isWide }),
        },
        'Wide',
      ),
      el('span', { class: 'spacer' }),
      press('PNG', 'Save what is shown as a picture', actions.savePicture),
      press('Animation', 'Save all captures of this row as an animated PNG', actions.saveStrip),
    ),
    state.task && el('p', { class: 'hint', role: 'status' }, state.task),
  );

/**
 * @param {string} words
 * @param {string} title
 * @param {() => void} onclick
 */
const press = (words, title, onclick) =>
  el('button', { type: 'button', title, 'aria-label': title, onclick }, words);

/**
 * @param {State} state
 * @param {{step: number, tick: import('../../models/axis.js').Tick}[]} columns
 * @param {number} current
 * @param {Actions} actions
 */
const scrubber = (state, columns, current, actions) =>
  el(
    'div',
    { class: 'tool-row' },
    press('◀', 'The capture before (left arrow)', () => actions.move(-1)),
    el(
      'button',
      {
        type: 'button',
        'aria-label': state.isPlaying ? 'Pause the pictures' : 'Play the pictures',
        onclick: actions.togglePlay,
      },
      state.isPlaying ? pauseIcon : playIcon,
    ),
    press('▶', 'The next capture (right arrow)', () => actions.move(1)),
    el('input', {
      type: 'range',
      min: '0',
      max: String(columns.length - 1),
      'aria-label': 'Capture of this picture',
      'aria-valuetext': columns[current]?.tick.title,
      '.value': String(current),
      oninput: (/** @type {Event} */ event) => {
        const at = Number(/** @type {HTMLInputElement} */ (event.target).value);
        actions.goTo(columns[at].step);
      },
    }),
  );
