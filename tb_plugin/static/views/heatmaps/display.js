// @ts-check
/** The part of the left column that chooses how heatmaps are painted. */

import { el } from '../../dom/el.js';
import { number, percent } from '../../models/words.js';
import { colormapGradient } from '../../painting/colormap.js';
import { COLORMAPS } from '../../state/state.js';
import { columnIndex, maps } from '../../state/select.js';
import { colorBar, picker, segmented, toggle } from '../parts/controls.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../api/types.js').ColormapName} ColormapName */
/** @typedef {import('../../state/actions.js').Actions} Actions */

/**
 * How heatmaps are painted.
 * @param {State} state
 * @param {Actions} actions
 */
export const mapDisplay = (state, actions) =>
  el(
    'section',
    null,
    el('h2', null, 'Display'),
    picker({
      label: 'Colormap',
      options: COLORMAPS.map((each) => [each, each]),
      chosen: state.colormap,
      choose: (colormap) => actions.setLook({ colormap: /** @type {ColormapName} */ (colormap) }),
    }),
    scaleBar(state),
    opacity(state, actions),
    el(
      'div',
      { class: 'picker', title: 'Top of the color scale' },
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
    toggle('Original: no heatmap (hold O)', state.isBare, (isBare) => actions.setScreen({ isBare })),
    toggle('Boxes', state.boxes, (boxes) => actions.setLook({ boxes })),
    toggle('Outline at half of the largest value', state.contour, (contour) =>
      actions.setLook({ contour }),
    ),
  );

/**
 * The colors with their numbers: of the open image, or as shares of each image's scale.
 * @param {State} state
 */
function scaleBar(state) {
  const top = topOf(state);
  const of = state.scale === 'run' ? 'largest of the image in the run' : 'largest of the picture';
  const unit = (/** @type {number} */ share) => (top === null ? percent(share) : number(share * top));
  return colorBar(colormapGradient(state.colormap), [unit(0), unit(0.5), unit(1)], `0: no evidence; right: ${of}`);
}

/**
 * The number at the top of the color scale; null where each image has another.
 * @param {State} state
 */
function topOf(state) {
  const model = maps(state);
  const row = model?.allRows.find(({ key }) => key === state.item.grad_cam);
  if (!model || !row) return null;
  if (state.scale === 'run') return model.top(row);
  return model.cell(row, model.columns[columnIndex(state, model)])?.maximum ?? null;
}

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
