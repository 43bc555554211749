// @ts-check
/**
 * The time axis of a run, and the columns of a layer on it.
 *
 * The axis has one tick per step, whichever callback captured there. Ticks are evenly
 * spaced, so that none is too small to hit, or by their steps, so that time is true.
 */

/** @typedef {import('../api/types.js').CaptureBase} CaptureBase */
/** @typedef {import('../api/types.js').CaptureHead} CaptureHead */
/** @typedef {import('../api/types.js').Kind} Kind */
/** @typedef {import('../api/types.js').LayerAnswer} LayerAnswer */

/**
 * @typedef {object} Tick
 * @property {number} step
 * @property {number} epoch
 * @property {number} batch
 * @property {number} fit
 * @property {string} label Short, for a ruler: `base`, `4`, `4+50`.
 * @property {string} title Long, for a person who asks or listens.
 * @property {string} event What happened here, beside a scheduled capture.
 * @property {Earlier[]} earlier What had happened since the capture before.
 * @property {boolean} isNewFit Whether a later fit begins here.
 * @property {string[]} notes
 * @property {number} wallTime Seconds since 1970, of the last to draw.
 * @property {number} cost Seconds that drawing took, of all that drew.
 * @property {[string, number][]} overheads Stream, and seconds that it took so far for
 *   each second of training.
 * @property {number} skipped Captures that were due before and left out.
 * @property {number} bytes Of the pictures written.
 * @property {number | null} accuracy Share of the labelled held-out images.
 * @property {ReadonlySet<string>} layers `kind path` of each layer drawn here.
 */

/**
 * @typedef {object} Earlier
 * @property {string} event
 * @property {number} step
 * @property {number} epoch
 * @property {number} batch
 *
 * @typedef {'even' | 'steps'} Spacing
 */

/**
 * @param {readonly CaptureHead[]} captures Sorted by step.
 * @returns {Tick[]}
 */
export function ticksOf(captures) {
  /** @type {Map<number, CaptureHead[]>} */
  const bySteps = new Map();
  for (const capture of captures) {
    bySteps.set(capture.step, [...(bySteps.get(capture.step) ?? []), capture]);
  }
  /** @type {Tick[]} */
  const ticks = [];
  /** @type {Set<string>} */
  const said = new Set(); // events, each with the step at which it happened
  for (const heads of bySteps.values()) {
    const next = tick(heads, ticks.at(-1), said);
    ticks.push(next);
    for (const { event, step } of next.earlier) said.add(`${event} ${step}`);
    for (const event of next.event.split(', ')) said.add(`${event} ${next.step}`);
  }
  return ticks;
}

/**
 * Index of the last of `steps` (ascending) that is not after `step`; 0 if there is
 * none, the last if no step is chosen.
 * @param {readonly number[]} steps
 * @param {number | null} step
 */
export function indexAt(steps, step) {
  if (step === null) return steps.length - 1;
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] <= step) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/**
 * Index of the nearest of `steps` (ascending).
 * @param {readonly number[]} steps
 * @param {number} step
 */
export function nearestIndex(steps, step) {
  const before = indexAt(steps, step);
  const after = Math.min(before + 1, steps.length - 1);
  return Math.abs(steps[after] - step) < Math.abs(steps[before] - step) ? after : before;
}

/**
 * Where steps lie on the axis, from 0 to 1: evenly, or in proportion.
 * @param {readonly number[]} steps Ascending.
 * @param {Spacing} spacing
 * @returns {number[]}
 */
export function placesOf(steps, spacing) {
  const [first, last] = [steps[0], steps[steps.length - 1]];
  if (spacing === 'steps' && last > first) return steps.map((step) => (step - first) / (last - first));
  return steps.map((_, i) => i / Math.max(1, steps.length - 1));
}

/**
 * Where a step lies that need not be one of the ticks: between those around it.
 * @param {readonly number[]} steps
 * @param {readonly number[]} places Of the steps.
 * @param {number} step
 */
export function placeOf(steps, places, step) {
  const before = indexAt(steps, step);
  const after = Math.min(before + 1, steps.length - 1);
  const length = steps[after] - steps[before];
  const share = length > 0 ? Math.min(1, Math.max(0, (step - steps[before]) / length)) : 0;
  return places[before] + share * (places[after] - places[before]);
}

/**
 * @param {CaptureHead[]} heads Of one step.
 * @param {Tick | undefined} before
 * @param {ReadonlySet<string>} said
 * @returns {Tick}
 */
function tick(heads, before, said) {
  const { step, epoch, batch, fit } = heads[0];
  const earlier = earlierOf(heads, before, said);
  const event = eventAt(heads, before);
  const past = earlier.map((each) => `${each.event} at ${momentIn(each)}`).join(', ');
  return {
    step,
    epoch,
    batch,
    fit,
    label: event === 'baseline' ? 'base' : batch ? `${epoch}+${batch}` : String(epoch),
    title: [event, momentIn(heads[0]), `step ${step}`, past].filter(Boolean).join(', '),
    event,
    earlier,
    isNewFit: beginsFit(heads, before),
    notes: heads.flatMap((head) => head.notes),
    wallTime: Math.max(...heads.map((head) => head.wall_time)),
    cost: sum(heads.map((head) => head.cost_s)),
    overheads: heads.flatMap(({ stream, overhead }) =>
      overhead === null ? [] : [/** @type {[string, number]} */ ([stream, overhead])],
    ),
    skipped: sum(heads.map((head) => head.skipped)),
    bytes: sum(heads.map((head) => head.size_bytes)),
    accuracy: accuracyOf(heads),
    layers: new Set(heads.flatMap((head) => head.layers.map((path) => `${head.kind} ${path}`))),
  };
}

/** @param {{epoch: number, batch: number}} at */
const momentIn = ({ epoch, batch }) => (batch ? `epoch ${epoch}, batch ${batch}` : `epoch ${epoch}`);

const MAX_EARLIER = 64;

/**
 * What happened between the capture before and this one, each event once; what an earlier
 * capture said, of another callback perhaps, is not said again.
 * @param {CaptureHead[]} heads
 * @param {Tick | undefined} before
 * @param {ReadonlySet<string>} said
 * @returns {Earlier[]}
 */
function earlierOf(heads, before, said) {
  /** @type {Map<string, Earlier>} */
  const found = new Map();
  for (const { reason, step, epoch, batch } of heads.flatMap((head) => head.happened)) {
    const event = wordOf(reason);
    const isBefore = before?.event.split(', ').includes(event) && step <= before.step;
    const isKnown = isBefore || said.has(`${event} ${step}`) || found.has(event);
    if (step >= heads[0].step || isKnown) continue;
    found.set(event, { event, step, epoch, batch });
  }
  return [...found.values()].sort((a, b) => a.step - b.step).slice(0, MAX_EARLIER);
}

/**
 * Names of events, where the record's own word would not be clear to a person; see
 * `Capture` in contract/.
 * @type {Readonly<Record<string, string>>}
 */
const EVENTS = {
  'trainable weights: more': 'unfrozen',
  'trainable weights: fewer': 'frozen',
  'trainable weights: other': 'trainable weights changed',
  'learning rate drop': 'learning rate dropped',
  'loss jump': 'loss jumped',
  interrupt: 'interrupted',
};

/** @param {string} reason */
const wordOf = (reason) => (EVENTS[reason] ?? reason).slice(0, 80);

/**
 * @param {CaptureHead[]} heads
 * @param {Tick | undefined} before
 */
function eventAt(heads, before) {
  const events = new Set(heads.flatMap((head) => head.reason.split(', ')));
  if (beginsFit(heads, before)) {
    events.delete('baseline');
    events.add('new fit');
  }
  events.delete('schedule');
  for (const { reason, step } of heads.flatMap(({ happened }) => happened)) {
    if (step < heads[0].step) events.delete(reason);
  }
  return [...events].map(wordOf).join(', ').slice(0, 80);
}

/**
 * @param {CaptureHead[]} heads
 * @param {Tick | undefined} before
 */
const beginsFit = ([{ fit }], before) => before !== undefined && fit > before.fit;

/** @param {CaptureHead[]} heads */
function accuracyOf(heads) {
  const labelled = sum(heads.map((head) => head.num_labelled));
  return labelled ? sum(heads.map((head) => head.num_correct)) / labelled : null;
}

/** @param {(number | null)[]} numbers */
const sum = (numbers) => numbers.reduce((/** @type {number} */ a, b) => a + (b ?? 0), 0);

/**
 * @typedef {object} PictureKey Where the picture of one capture lies.
 * @property {string} key Names run, layer, step and version.
 * @property {number} step
 * @property {string} version
 * @property {number} cost Bytes that it takes once decoded, about.
 */

/**
 * @template C
 * @typedef {object} Column
 * @property {number} index
 * @property {number} step
 * @property {Tick} tick
 * @property {C} capture
 * @property {PictureKey | null} picture Null where the picture is not there.
 */

/**
 * @template {CaptureBase} C
 * @param {LayerAnswer} answer
 * @param {readonly Tick[]} ticks
 * @param {(capture: C) => number} cost
 * @returns {Column<C>[]} Ascending steps; a capture that the axis lacks is left out.
 */
export function columnsOf(answer, ticks, cost) {
  const byStep = new Map(ticks.map((tick) => [tick.step, tick]));
  /** @type {Column<C>[]} */
  const columns = [];
  for (const each of answer.captures) {
    const capture = /** @type {C} */ (/** @type {unknown} */ (each));
    const tick = byStep.get(capture.step);
    if (!tick) continue;
    const picture = pictureKey(answer, capture, cost(capture));
    columns.push({ index: columns.length, step: capture.step, tick, capture, picture });
  }
  return columns;
}

/**
 * @param {LayerAnswer} layer
 * @param {CaptureBase} capture
 * @param {number} cost
 * @returns {PictureKey | null}
 */
function pictureKey({ run, kind, path }, { picture_step: step, version }, cost) {
  if (version === null) return null;
  return { key: JSON.stringify([run, kind, path, step, version]), step, version, cost };
}
