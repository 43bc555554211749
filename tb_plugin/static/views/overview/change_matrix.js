// @ts-check
/** The card that shows where the network changes: layers by captures. */

import { el } from '../../dom/el.js';
import { name, number } from '../../models/words.js';
import { ticks } from '../../state/select.js';
import { cutName, segmented } from '../parts/controls.js';
import { scaleOf, strip } from '../parts/strip.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../models/overview.js').LayerChange} LayerChange */
/** @typedef {import('../../models/overview.js').Change} Change */

const SINCE = /** @type {const} */ ([
  ['baseline', 'since the baseline'],
  ['previous', 'since the capture before'],
]);

/**
 * Layers by captures: how much each differs from its baseline.
 * @param {State} state
 * @param {import('../../models/overview.js').OverviewModel} model
 * @param {number} index Of the present tick.
 * @param {Actions} actions
 */
export function changeMatrix(state, model, index, actions) {
  const { since } = state;
  const groups = /** @type {const} */ ([
    ['filter_patterns', 'Filter patterns'],
    ['grad_cam', 'Heatmaps'],
  ]);
  return el(
    'section',
    { class: 'card changes' },
    el(
      'header',
      null,
      el('h3', null, 'Where the network changes'),
      segmented('Change', SINCE, since, (chosen) => actions.setLook({ since: chosen })),
    ),
    groups.map(([kind, title]) => {
      const rows = model.layers.filter(({ layer }) => layer.kind === kind);
      return rows.length > 0 && group(state, title, rows, index, actions);
    }),
    el(
      'p',
      { class: 'hint legend-line' },
      el('i', { class: 'swatch clear' }),
      'changed (1 − correlation of the pictures)',
      el('i', { class: 'swatch noise' }),
      'under the noise floor, or unchanged',
      el('i', { class: 'swatch unknown' }),
      'not measured',
      model.layers.some(({ changes }) => changes.previous.some((each) => each?.isBroken)) && [
        el('i', { class: 'swatch broken' }),
        'not finite',
      ],
    ),
  );
}

/**
 * @param {State} state
 * @param {string} title
 * @param {LayerChange[]} rows
 * @param {number} index
 * @param {Actions} actions
 */
function group(state, title, rows, index, actions) {
  const scale = scaleOf(rows.map(({ changes }) => changes[state.since]));
  return [
    el('h4', null, title, scale.most > 0 && el('small', null, ` ${scaleWords(scale)}`)),
    rows.map((row) => line(state, row, { scale, index }, actions)),
  ];
}

/** @param {import('../parts/strip.js').Scale} scale */
const scaleWords = ({ least, most }) =>
  least > 0
    ? `all large: color from ${number(least)} to ${number(most)}`
    : `color from 0 to ${number(most)}`;

/**
 * @param {State} state
 * @param {LayerChange} row
 * @param {{scale: import('../parts/strip.js').Scale, index: number}} at
 * @param {Actions} actions
 */
function line(state, { layer, changes }, { scale, index }, actions) {
  const axis = ticks(state);
  const shown = changes[state.since];
  const titles = (/** @type {number} */ i) => `${name(layer.path)}, ${axis[i].title}: ${worded(shown[i])}`;
  const go = (/** @type {number | null} */ step) =>
    actions.visitPlace({ kind: layer.kind, path: layer.path, item: null, step });
  const onclick = (/** @type {MouseEvent} */ event) => {
    const { left, width } = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
    const i = Math.floor((axis.length * (event.clientX - left)) / width);
    go(axis[Math.min(axis.length - 1, Math.max(0, i))].step);
  };
  return el(
    'div',
    { class: 'change-row', key: `${layer.kind} ${layer.stream} ${layer.path}` },
    el(
      'button',
      {
        class: 'quiet',
        type: 'button',
        title: name(layer.path),
        'aria-label': `${name(layer.path)}, now ${worded(shown[index])}`,
        onclick: () => go(null),
      },
      cutName(name(layer.path)),
    ),
    el(
      'div',
      { class: 'strip-box', onclick },
      strip(shown, { scale, titles }),
      el('i', {
        class: 'here',
        style: { left: `${(100 * index) / axis.length}%`, width: `${100 / axis.length}%` },
      }),
    ),
    el('output', null, shown[index]?.value === undefined ? '' : worded(shown[index], true)),
  );
}

/**
 * @param {Change | null} change
 * @param {boolean} [isShort]
 */
function worded(change, isShort = false) {
  if (!change) return 'not drawn';
  if (change.isBroken) return 'not finite';
  if (change.value === null) return change.isNoise ? 'unchanged' : isShort ? '–' : 'not measured';
  if (isShort) return number(change.value);
  return `change ${number(change.value)}${change.isNoise ? ', under the noise floor' : ''}`;
}
