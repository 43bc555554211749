// @ts-check
/** The brush under the scrubber: which range of captures is shown and played. */

import { el } from '../../dom/el.js';
import { rangeOf } from '../../state/strip.js';
import { closeIcon } from '../parts/controls.js';
import { captureAt } from './ruler.js';

/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../models/axis.js').Tick} Tick */
/** @typedef {ReturnType<typeof import('../../state/select.js').timeAxis>} TimeAxis */

/**
 * A track with a handle at each end of the range. A drag on the track chooses another
 * range, a click on it the whole run.
 * @param {State} state
 * @param {TimeAxis} axis
 * @param {Actions} actions
 */
export function brush(state, axis, actions) {
  const { ticks, steps, places } = axis;
  if (ticks.length < 3) return null;
  const last = ticks.length - 1;
  const [from, to] = rangeOf(state, steps);
  const percent = (/** @type {number} */ share) => `${100 * share}%`;
  const isWhole = from === 0 && to === last;
  const drag = (/** @type {PointerEvent} */ event) => dragged(event, axis, actions);
  return [
    from > 0 && el('i', { class: 'outside', key: 'before', style: { left: '0', width: percent(places[from]) } }),
    to < last && el('i', { class: 'outside', key: 'after', style: { left: percent(places[to]), right: '0' } }),
    el(
      'div',
      {
        class: isWhole ? 'brush' : 'brush chosen',
        key: 'brush',
        title: 'Drag to choose which captures are shown and played',
        onpointerdown: drag,
        onpointermove: drag,
        onpointerup: drag,
      },
      el('i', { class: 'stretch', style: { left: percent(places[from]), width: percent(places[to] - places[from]) } }),
      [from, to].map((at, i) => handle({ ticks, at, other: i ? from : to, isFirst: !i, left: percent(places[at]) }, actions)),
    ),
    !isWhole &&
      el(
        'button',
        {
          class: 'quiet whole-run',
          key: 'whole',
          type: 'button',
          'aria-label': 'Show the whole run',
          title: 'Show the whole run (\\)',
          onclick: actions.wholeRun,
        },
        closeIcon,
      ),
  ];
}

/**
 * @param {{ticks: Tick[], at: number, other: number, isFirst: boolean, left: string}} what `other`:
 *   the capture at the other end
 * @param {Actions} actions
 */
function handle({ ticks, at, other, isFirst, left }, actions) {
  const last = ticks.length - 1;
  const [low, high] = isFirst ? [0, other] : [other, last];
  const moved = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: low, End: high };
  return el('i', {
    class: 'grip',
    role: 'slider',
    tabindex: '0',
    'data-other': String(other),
    'aria-label': isFirst ? 'Start of the range' : 'End of the range',
    'aria-valuemin': String(low + 1),
    'aria-valuemax': String(high + 1),
    'aria-valuenow': String(at + 1),
    'aria-valuetext': ticks[at].title,
    style: { left },
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (!(event.key in moved)) return;
      event.preventDefault();
      event.stopPropagation();
      const to = moved[/** @type {keyof typeof moved} */ (event.key)];
      actions.chooseRange(ticks[Math.max(low, Math.min(high, to))].step, ticks[other].step);
    },
  });
}

/**
 * The end that stays where it is while the other one is dragged is kept on the track, and
 * whether a grip is: that may lie on the other one, and a press on it is no click on the track.
 * @param {PointerEvent} event
 * @param {TimeAxis} axis
 * @param {Actions} actions
 */
function dragged(event, { steps, places }, actions) {
  const track = /** @type {HTMLElement} */ (event.currentTarget);
  const at = captureAt(event, places);
  if (event.type === 'pointerdown') {
    const grip = /** @type {HTMLElement} */ (event.target);
    track.setPointerCapture(event.pointerId);
    track.dataset.anchor = grip.dataset.other ?? String(at);
    track.dataset.isGrip = String('other' in grip.dataset);
    return;
  }
  const anchor = Number(track.dataset.anchor ?? NaN);
  const isGrip = track.dataset.isGrip === 'true';
  if (!(anchor in steps)) return;
  if (event.type === 'pointermove' && event.buttons & 1) {
    if (isGrip || at !== anchor) actions.chooseRange(steps[anchor], steps[at]);
    return;
  }
  delete track.dataset.anchor;
  if (event.type === 'pointerup' && !isGrip && at === anchor) actions.wholeRun();
}
