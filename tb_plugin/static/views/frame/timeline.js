// @ts-check
/** The timeline: the one scrubber that says where in the training the page is. */

import { el } from '../../dom/el.js';
import { percent } from '../../models/words.js';
import { layerHead, tickIndex, ticks } from '../../state/select.js';
import { hasLayer } from '../../state/state.js';
import { pauseIcon, playIcon } from '../parts/controls.js';
import { curve, eventMarks, rulerLabels, rulerTicks } from './ruler.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../models/axis.js').Tick} Tick */

const BESIDE_AXIS_PX = 300;

/**
 * The scrubber: which capture everything on the page shows.
 * @param {State} state
 * @param {Actions} actions
 */
export function timeline(state, actions) {
  const axis = ticks(state);
  const index = tickIndex(state);
  const now = axis[index];
  if (!now) return el('section', { class: 'timeline unread', 'aria-label': 'Time' });
  return el(
    'section',
    { class: 'timeline', 'aria-label': 'Time' },
    el(
      'button',
      {
        class: 'play',
        type: 'button',
        'aria-label': state.isPlaying ? 'Pause' : 'Play',
        title: `${state.isPlaying ? 'Pause' : 'Play'} (space)`,
        onclick: actions.togglePlay,
      },
      state.isPlaying ? pauseIcon : playIcon,
    ),
    moment(now, actions),
    ruler(state, axis, index, actions),
  );
}

/**
 * @param {Tick} now
 * @param {Actions} actions
 */
function moment(now, actions) {
  const onchange = (/** @type {Event} */ event) => {
    const box = /** @type {HTMLInputElement} */ (event.target);
    const step = Number(box.value.trim() || NaN);
    if (Number.isFinite(step)) actions.goToNearest(step);
    // Where the step stays as it was nothing is drawn anew, and the text would stay.
    if (actions.stepNow() === now.step) box.value = String(now.step);
  };
  return el(
    'div',
    { class: 'moment' },
    el('strong', null, `epoch ${now.epoch}`, now.batch > 0 && ` + ${now.batch}`),
    el(
      'label',
      { title: 'Goes to the nearest capture' },
      'step',
      el('input', { class: 'step', inputmode: 'numeric', '.value': String(now.step), onchange }),
    ),
    now.accuracy !== null && el('span', { class: 'outcome' }, `${percent(now.accuracy)} right`),
  );
}

/**
 * @param {State} state
 * @param {Tick[]} axis
 * @param {number} index
 * @param {Actions} actions
 */
function ruler(state, axis, index, actions) {
  const head = hasLayer(state) ? layerHead(state) : undefined;
  const layer = head ? `${head.kind} ${head.path}` : '';
  const room = Math.max(200, state.width - BESIDE_AXIS_PX);
  const scrub = (/** @type {PointerEvent} */ event) => scrubbed(event, axis, actions);
  const left = (/** @type {number} */ i) => `${place(i, axis.length)}%`;
  const versus = axis.findIndex((tick) => tick.step === state.versus);
  return el(
    'div',
    {
      class: 'ruler',
      role: 'slider',
      tabindex: '0',
      'aria-label': 'Capture',
      'aria-valuemin': '1',
      'aria-valuemax': String(axis.length),
      'aria-valuenow': String(index + 1),
      'aria-valuetext': `${axis[index].title}, capture ${index + 1} of ${axis.length}`,
      onpointerdown: scrub,
      onpointermove: scrub,
    },
    curve(axis),
    rulerTicks(axis, layer),
    rulerLabels(axis, index, room),
    eventMarks(axis, room),
    versus >= 0 && el('i', { class: 'pin', style: { left: left(versus) } }, 'A'),
    el('i', { class: 'playhead', style: { left: left(index) } }),
  );
}

/**
 * @param {number} index
 * @param {number} count
 */
const place = (index, count) => (100 * index) / Math.max(1, count - 1);

/**
 * @param {PointerEvent} event
 * @param {Tick[]} axis
 * @param {Actions} actions
 */
function scrubbed(event, axis, actions) {
  const box = /** @type {HTMLElement} */ (event.currentTarget);
  if (event.type === 'pointerdown') box.setPointerCapture(event.pointerId);
  else if (!(event.buttons & 1)) return;
  const { left, width } = box.getBoundingClientRect();
  const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
  actions.goTo(axis[Math.round(share * (axis.length - 1))].step);
}
