// @ts-check
/** The left column: what is shown, and how. */

import { el } from '../dom/el.js';
import { layerHeads } from '../state/select.js';
import { kindOf } from '../state/state.js';
import { compareChoice } from './compare/choice.js';
import { filterChoice } from './filters/choice.js';
import { layerList } from './frame/layers.js';
import { mapChoice } from './heatmaps/choice.js';
import { mapDisplay } from './heatmaps/display.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/actions.js').Actions} Actions */

/**
 * @param {State} state
 * @param {Actions} actions
 */
export const side = (state, actions) =>
  el(
    'aside',
    { class: 'side', 'aria-label': 'Layers and display' },
    layerHeads(state).length > 0 && [
      state.view === 'compare' && compareChoice(state, actions),
      layerList(state, actions),
      kindOf(state) === 'filter_patterns' ? filterChoice(state, actions) : [mapChoice(state, actions), mapDisplay(state, actions)],
      kindOf(state) === 'grad_cam' ? readingMaps : readingFilters,
    ],
  );

/** @param {string[]} sentences */
const reading = (...sentences) =>
  el(
    'section',
    { class: 'reading' },
    el('h2', null, 'Reading this'),
    el('p', null, sentences.join(' ')),
  );

const readingFilters = reading(
  'Each picture is a pattern: the synthetic image that maximally activates a filter.',
  'The start is the same in every capture: what differs between two columns is what training changed.',
);

const readingMaps = reading(
  'Color shows which parts of the image are evidence for the explained class.',
  'Hold O to see the images without it.',
  'Hatched: the model does not see that part, or it has no value.',
  'Under it: the prediction and its probability in percent, or those of the detection that is explained, whose box is dashed; the bar is solid where it is right and broken where it is wrong.',
  '◆ marks a prediction that changed since the capture before.',
  'The last rows are the mean heatmap of each class: what all its images share.',
);
