// @ts-check
/** The timeline: the one scrubber that says where in the training the page is. */

import { el } from '../../dom/el.js';
import { percent } from '../../models/words.js';
import { layerHead, timeAxis } from '../../state/select.js';
import { hasLayer } from '../../state/state.js';
import { pauseIcon, picker, playIcon } from '../parts/controls.js';
import { brush } from './brush.js';
import { captureAt, curve, eventMarks, rulerLabels, rulerTicks } from './ruler.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../models/axis.js').Tick} Tick */
/** @typedef {ReturnType<typeof timeAxis>} TimeAxis */

const BESIDE_AXIS_PX = 372;

/**
 * The scrubber: which capture everything on the page shows.
 * @param {State} state
 * @param {Actions} actions
 */
export function timeline(state, actions) {
  const axis = timeAxis(state);
  const now = axis.ticks[axis.index];
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
    playing(state, actions),
    moment(now, actions),
    el('div', { class: 'axis' }, ruler(state, axis, actions), brush(state, axis, actions)),
  );
}

const SPEEDS = /** @type {const} */ ([
  ['0.25', '¼×'],
  ['0.5', '½×'],
  ['1', '1×'],
  ['2', '2×'],
  ['4', '4×'],
]);

/**
 * How fast captures are played, whether over and over, and how time is laid out.
 * @param {State} state
 * @param {Actions} actions
 */
const playing = ({ speed, isLooping, spans, spacing }, actions) =>
  el(
    'div',
    { class: 'playing' },
    picker({
      label: 'Speed',
      isLabelHidden: true,
      options: SPEEDS,
      chosen: String(speed),
      choose: (value) => actions.setScreen({ speed: Number(value) }),
    }),
    el(
      'button',
      {
        type: 'button',
        'aria-pressed': String(isLooping),
        'aria-label': 'Loop',
        title: 'Begin again at the end',
        onclick: () => actions.setScreen({ isLooping: !isLooping }),
      },
      '↻',
    ),
    el(
      'button',
      {
        type: 'button',
        'aria-pressed': String(spans),
        'aria-label': 'Layers over time',
        title: 'When each layer was drawn, frozen, skipped or not finite',
        onclick: () => actions.setLook({ spans: !spans }),
      },
      '☰',
    ),
    spacingToggle(spacing, actions),
  );

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
 * @param {TimeAxis} axis
 * @param {Actions} actions
 */
function ruler(state, axis, actions) {
  const { ticks, steps, places, index } = axis;
  const head = hasLayer(state) ? layerHead(state) : undefined;
  const layer = head ? `${head.kind} ${head.path}` : '';
  const room = Math.max(200, state.width - BESIDE_AXIS_PX);
  const scrub = (/** @type {PointerEvent} */ event) => scrubbed(event, axis, actions);
  const left = (/** @type {number} */ i) => `${100 * places[i]}%`;
  const versus = steps.indexOf(state.versus ?? NaN);
  return el(
    'div',
    {
      class: 'ruler',
      role: 'slider',
      tabindex: '0',
      'aria-label': 'Capture',
      'aria-valuemin': '1',
      'aria-valuemax': String(ticks.length),
      'aria-valuenow': String(index + 1),
      'aria-valuetext': `${ticks[index].title}, capture ${index + 1} of ${ticks.length}`,
      onpointerdown: scrub,
      onpointermove: scrub,
    },
    curve(ticks, places),
    rulerTicks(ticks, places, layer),
    rulerLabels(ticks, places, index, room),
    eventMarks(ticks, places, room),
    versus >= 0 && el('i', { class: 'pin', style: { left: left(versus) } }, 'A'),
    el('i', { class: 'playhead', style: { left: left(index) } }),
  );
}

/**
 * Whether captures are spaced evenly, or by their steps.
 * @param {State['spacing']} now
 * @param {Actions} actions
 */
const spacingToggle = (now, actions) =>
  el(
    'button',
    {
      class: 'spacing',
      type: 'button',
      'aria-pressed': String(now === 'steps'),
      title: 'Spaces captures by training steps, in the timeline and in charts',
      onclick: () => actions.setLook({ spacing: now === 'steps' ? 'even' : 'steps' }),
    },
    'to scale',
  );

/**
 * @param {PointerEvent} event
 * @param {TimeAxis} axis
 * @param {Actions} actions
 */
function scrubbed(event, { ticks, places }, actions) {
  const box = /** @type {HTMLElement} */ (event.currentTarget);
  if (event.type === 'pointerdown') box.setPointerCapture(event.pointerId);
  else if (!(event.buttons & 1)) return;
  actions.goTo(ticks[captureAt(event, places)].step);
}
