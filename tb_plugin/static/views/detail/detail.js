// @ts-check
/** The frame of the right column, and the tools under its large picture. */

import { el } from '../../dom/el.js';
import { name } from '../../models/words.js';
import { DETAIL_EDGES_PX } from '../../state/layout.js';
import { kindOf } from '../../state/state.js';
import { closeIcon, pauseIcon, playIcon } from '../parts/controls.js';

/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../dom/el.js').Child} Child */
/** @typedef {import('../../state/state.js').State} State */

/**
 * The right column: one thing, large, with the numbers that say how far to
 * believe it.
 * @param {string} title
 * @param {string} subtitle
 * @param {{content: Child, pin: Child, box: import('../../painting/paint.js').Box, isFull: boolean}} what
 *   `box`: of the large picture, which takes all of the page if `isFull`
 * @param {Actions} actions
 */
export const detail = (title, subtitle, { content, pin, box, isFull }, actions) =>
  el(
    'aside',
    {
      class: isFull ? 'detail open full' : 'detail open',
      'aria-label': `Details of ${title}`,
      style: { width: `${box.width + DETAIL_EDGES_PX}px`, '--large': `${box.width}px` },
    },
    el(
      'header',
      null,
      el('h2', null, name(title), el('small', null, name(subtitle))),
      pin,
      el(
        'button',
        {
          class: 'quiet close',
          type: 'button',
          'aria-label': isFull ? 'Close full screen' : 'Close details',
          title: 'Close (Escape)',
          onclick: isFull ? actions.escape : actions.close,
        },
        closeIcon,
      ),
    ),
    content,
  );

/**
 * The column while nothing is open: the capture as a whole.
 * @param {Child} content
 */
export const captureDetail = (content) =>
  el('aside', { class: 'detail', 'aria-label': 'This capture' }, content);

/**
 * What stands under the large picture: time, size, and files to save.
 * @param {State} state
 * @param {{step: number, tick: import('../../models/axis.js').Tick}[]} columns
 * @param {number} current
 * @param {Actions} actions
 */
export function tools(state, columns, current, actions) {
  const captures = state.from === null && state.to === null ? 'all captures of this row' : 'the captures of the range';
  const isBusy = state.task !== '';
  return el(
    'div',
    { class: 'tools' },
    scrubber(state, columns, current, actions),
    el(
      'div',
      { class: 'tool-row' },
      press('−', 'Smaller (-)', () => actions.zoomBy(-1)),
      el('output', { 'aria-label': 'Zoom' }, `${state.zoom.level}×`),
      press('+', 'Larger (+)', () => actions.zoomBy(1)),
      !state.isFull &&
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
      el(
        'button',
        {
          type: 'button',
          'aria-pressed': String(state.isFull),
          title: 'The picture on all of the page (F)',
          onclick: actions.toggleFull,
        },
        'Full screen',
      ),
      kindOf(state) === 'grad_cam' &&
        el(
          'button',
          {
            type: 'button',
            'aria-pressed': String(state.isBare),
            title: 'Images without their heatmaps (hold O)',
            onclick: () => actions.setScreen({ isBare: !state.isBare }),
          },
          'Original',
        ),
      el('span', { class: 'spacer' }),
      press('PNG', 'Save what is shown as a picture', actions.savePicture),
      press('APNG', `Save ${captures} as an animated PNG`, actions.saveStrip, isBusy),
      press('GIF', `Save ${captures} as a GIF, of 256 colors a frame`, actions.saveGif, isBusy),
    ),
    state.task && el('p', { class: 'hint', role: 'status' }, state.task),
  );
}

/**
 * @param {string} words
 * @param {string} title
 * @param {() => void} onclick
 * @param {boolean} [isDisabled]
 */
const press = (words, title, onclick, isDisabled = false) =>
  el('button', { type: 'button', title, 'aria-label': title, disabled: isDisabled, onclick }, words);

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
