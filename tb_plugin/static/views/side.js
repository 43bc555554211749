// @ts-check
/** The left column: what is shown, and how. */

import { COLORMAPS, colormapGradient } from '../colormap.js';
import { el } from '../dom.js';
import { layerHeads, patterns } from '../select.js';
import { percent } from '../words.js';
import { picker, segmented } from './controls.js';
import { layerList } from './layers.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('../types.js').ColormapName} ColormapName */
/** @typedef {import('../actions.js').Actions} Actions */

/**
 * @param {State} state
 * @param {Actions} actions
 */
export const side = (state, actions) =>
  el(
    'aside',
    { class: 'side', 'aria-label': 'Layers and display' },
    layerHeads(state).length > 0 && [
      layerList(state, actions),
      state.view === 'filters' ? filterDisplay(state, actions) : mapDisplay(state, actions),
      state.view === 'heatmaps'
        ? readingMaps
        : continues(state)
          ? readingContinued
          : readingFilters,
    ],
  );

/**
 * @param {State} state
 * @param {Actions} actions
 */
const filterDisplay = (state, actions) =>
  el(
    'section',
    null,
    el('h2', null, 'Show'),
    segmented(
      'Show',
      [
        ['strip', 'Film strip'],
        ['grid', 'Grid'],
      ],
      state.show,
      (show) => actions.setLook({ show }),
    ),
  );

/**
 * @param {State} state
 * @param {Actions} actions
 */
const mapDisplay = (state, actions) =>
  el(
    'section',
    null,
    el('h2', null, 'Display'),
    picker({
      label: 'Colours',
      options: COLORMAPS.map((each) => [each, each]),
      chosen: state.colormap,
      choose: (colormap) => actions.setLook({ colormap: /** @type {ColormapName} */ (colormap) }),
    }),
    el(
      'div',
      { class: 'legend', 'aria-hidden': 'true' },
      el('i', { style: { background: colormapGradient(state.colormap) } }),
      el('span', null, 'no evidence'),
      el('span', null, state.scale === 'run' ? 'largest of the run' : 'largest here'),
    ),
    opacity(state, actions),
    el(
      'div',
      { class: 'picker', title: 'What the strongest colour stands for' },
      el('span', null, 'Scale'),
      segmented(
        'Scale',
        [
          ['run', 'whole run'],
          ['picture', 'picture'],
        ],
        state.scale,
        (scale) => actions.setLook({ scale }),
      ),
    ),
  );

/**
 * @param {State} state
 * @param {Actions} actions
 */
function opacity(state, actions) {
  const oninput = (/** @type {Event} */ event) => {
    const { value } = /** @type {HTMLInputElement} */ (event.target);
    actions.setLook({ opacity: Number(value) / 100 });
  };
  return el(
    'label',
    { class: 'picker' },
    el('span', null, 'Opacity'),
    el('input', {
      type: 'range',
      min: '0',
      max: '100',
      'aria-label': 'Opacity',
      'aria-valuetext': percent(state.opacity),
      '.value': String(Math.round(100 * state.opacity)),
      oninput,
    }),
    el('output', null, percent(state.opacity)),
  );
}

/** @param {State} state */
const continues = (state) => patterns(state)?.continues ?? false;

/** @param {string[]} sentences */
const reading = (...sentences) =>
  el(
    'section',
    { class: 'reading' },
    el('h2', null, 'Reading this'),
    el('p', null, sentences.join(' ')),
  );

const FILTERS = [
  'Each picture is what excites one filter most.',
  'The start is the same in every capture: what differs between two columns is what training changed.',
];
const readingFilters = reading(...FILTERS);
const readingContinued = reading(
  FILTERS[0],
  'Pictures continue older ones; a notch at the left edge marks one that was drawn afresh.',
);

const readingMaps = reading(
  'Colour shows which parts of the image speak for the explained class.',
  'Rest the pointer on a picture to see it without colour.',
  'Under it: the prediction and its probability in percent; the bar is whole where it is right and broken where it is wrong.',
  '◆ marks another prediction than in the capture before.',
);
