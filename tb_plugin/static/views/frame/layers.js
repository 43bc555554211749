// @ts-check
/** The list of layers in the left column. */

import { el } from '../../dom/el.js';
import { memo } from '../../models/memo.js';
import { counted, name } from '../../models/words.js';
import { layerHeads, overviewOf, ticks } from '../../state/select.js';
import { kindOf } from '../../state/state.js';
import { cutName } from '../parts/controls.js';
import { scaleOf, strip } from '../parts/strip.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../api/types.js').LayerHead} LayerHead */
/** @typedef {import('../../state/actions.js').Actions} Actions */

/**
 * The layers that were drawn, in the order of the model.
 * @param {State} state
 * @param {Actions} actions
 */
export function layerList(state, actions) {
  const heads = layerHeads(state);
  const most = Math.max(...heads.map((head) => head.num_captures));
  const chosen = state.layer[kindOf(state)];
  return el(
    'section',
    null,
    el('h2', null, 'Layers', el('small', null, ' change between captures')),
    el(
      'ul',
      { class: 'layers' },
      heads.map((head) =>
        el(
          'li',
          { key: head.path },
          el(
            'button',
            {
              type: 'button',
              'aria-current': head.path === chosen ? 'true' : null,
              title: name(head.path),
              onclick: () => actions.chooseLayer(head.path),
            },
            el('strong', null, cutName(name(head.path))),
            el('small', null, about(head, most)),
            changeStrip(state, head),
          ),
        ),
      ),
    ),
  );
}

const changeScale = memo(
  (
    /** @type {import('../../models/overview.js').OverviewModel} */ model,
    /** @type {import('../../api/types.js').Kind} */ kind,
  ) => {
    const ofKind = model.layers.filter(({ layer }) => layer.kind === kind);
    return scaleOf(ofKind.map(({ changes }) => changes.previous));
  },
);

/**
 * How much the layer changed from capture to capture, as a strip.
 * @param {State} state
 * @param {LayerHead} head
 */
function changeStrip(state, { kind, path }) {
  const model = overviewOf(state);
  const found = model?.layers.find(({ layer }) => layer.kind === kind && layer.path === path);
  if (!model || !found?.changes.previous.some((each) => each?.value !== null)) return null;
  const axis = ticks(state);
  const scale = changeScale(model, kind);
  return strip(found.changes.previous, { scale, titles: (i) => axis[i].title });
}

/**
 * @param {LayerHead} head
 * @param {number} most Captures that any layer has.
 */
const about = ({ layer_kind: kind, num_filters: all, num_drawn: drawn, num_captures: n }, most) =>
  [
    name(kind),
    all !== null && (drawn === all ? counted(all, 'filter') : `${drawn} of ${all} filters`),
    n < most && counted(n, 'capture'),
  ]
    .filter(Boolean)
    .join(' · ');
