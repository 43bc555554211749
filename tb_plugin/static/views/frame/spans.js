// @ts-check
/** Under the timeline: a lane per layer that says when it was drawn, and when not, and why. */

import { el } from '../../dom/el.js';
import { memo, perObject } from '../../models/memo.js';
import { layerSpans, SPAN_MEANINGS } from '../../models/spans.js';
import { counted, momentOf, name } from '../../models/words.js';
import { overviewOf, timeAxis } from '../../state/select.js';
import { cutName } from '../parts/controls.js';
import { captureAt } from './ruler.js';

/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../models/spans.js').LayerSpans} LayerSpans */
/** @typedef {import('../../models/spans.js').Span} Span */
/** @typedef {ReturnType<typeof timeAxis>} TimeAxis */
/** @typedef {import('../../state/state.js').State} State */

const spansOf = memo(layerSpans);

/**
 * A lane per layer.
 * @param {State} state
 * @param {Actions} actions
 */
export function spanLanes(state, actions) {
  const axis = timeAxis(state);
  if (!state.spans || !axis.ticks.length) return null;
  const overview = overviewOf(state);
  const captures = state.captures?.value?.captures ?? [];
  const all = overview ? spansOf(overview.answer.layers, axis.ticks, captures) : [];
  return el(
    'section',
    { class: 'spans', 'aria-label': 'Layers over time' },
    el(
      'p',
      { class: 'hint' },
      Object.entries(SPAN_MEANINGS).map(([word, meaning]) => [
        el('i', { class: `span-key ${classOf(word)}` }),
        el('span', null, meaning),
      ]),
    ),
    overview
      ? el(
          'ul',
          null,
          all.map((each) => lane(each, axis, actions)),
        )
      : el('p', { class: 'hint', role: 'status' }, waiting(state)),
  );
}

/** @param {State} state */
const waiting = ({ overview }) =>
  overview?.status === 'failed' ? 'The layers could not be read.' : 'Reading the layers…';

/** @param {string} word */
const classOf = (word) => word.replace(' ', '-');

/**
 * @param {LayerSpans} what
 * @param {TimeAxis} axis
 * @param {Actions} actions
 */
function lane({ layer, spans }, axis, actions) {
  const { kind, path, stream } = layer;
  const what = kind === 'grad_cam' ? 'heatmaps' : 'patterns';
  const go = (/** @type {number | null} */ step) => actions.visitPlace({ kind, path, item: null, step });
  return el(
    'li',
    { key: `${kind} ${stream} ${path}` },
    el(
      'button',
      {
        class: 'quiet',
        type: 'button',
        title: name(path),
        'aria-label': `${name(path)}, ${what}: ${spoken(spans)}`,
        onclick: () => go(null),
      },
      cutName(name(path)),
      el('small', null, what),
    ),
    el(
      'div',
      {
        class: 'track',
        onclick: (/** @type {MouseEvent} */ event) => go(axis.steps[captureAt(event, axis.places)]),
      },
      drawn(spans, axis.ticks, axis.places),
      el('i', { class: 'playhead', style: { left: `${100 * axis.places[axis.index]}%` } }),
    ),
  );
}

/**
 * What a screen reader says of a lane.
 * @param {Span[]} spans
 */
function spoken(spans) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { state, count } of spans) counts.set(state, (counts.get(state) ?? 0) + count);
  counts.delete('none');
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
}

/** The spans of a layer; drawn once. A capture takes the place around its tick. */
const drawn = perObject((
  /** @type {Span[]} */ spans,
  /** @type {TimeAxis['ticks']} */ ticks,
  /** @type {readonly number[]} */ places,
) => {
  const last = places.length - 1;
  const middle = (/** @type {number} */ a, /** @type {number} */ b) =>
    500 * (places[Math.max(0, a)] + places[Math.min(last, b)]);
  /** @param {number} a @param {number} b Captures: between neighbors the middle half of the way. */
  const between = (a, b) =>
    b - a > 1
      ? [middle(a, a + 1), middle(b - 1, b)]
      : [750 * places[a] + 250 * places[b], 250 * places[a] + 750 * places[b]];
  return el(
    'svg',
    { viewBox: '0 0 1000 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    spans
      .filter(({ state }) => state !== 'none')
      .sort((a, b) => Number(a.state === 'skipped') - Number(b.state === 'skipped')) // on top
      .map(({ state, from, to, count }) => {
        const [x, end] = state === 'skipped' ? between(from, to) : [middle(from - 1, from), middle(to, to + 1)];
        const [a, b] = [from, to].map((i) => momentOf(ticks[i]));
        const width = Math.max(1, end - x);
        return el(
          'g',
          { class: classOf(state) },
          el('title', null, `${a === b ? a : `${a} to ${b}`}: ${counted(count, 'capture')} ${SPAN_MEANINGS[state]}`),
          el('rect', { x: x.toFixed(2), width: width.toFixed(2), y: '0', height: '10' }),
          // Stripes, of one width however far the drawing is stretched.
          state === 'skipped' &&
            el('line', { x1: x.toFixed(2), x2: (x + width).toFixed(2), y1: '5', y2: '5' }),
        );
      }),
  );
});
