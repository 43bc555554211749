// @ts-check
/** When each layer was drawn, and when and why not, along the axis of time. */

/** @typedef {import('../api/types.js').CaptureHead} CaptureHead */
/** @typedef {import('../api/types.js').OverviewLayer} OverviewLayer */
/** @typedef {import('./axis.js').Tick} Tick */

/**
 * @typedef {'drawn' | 'frozen' | 'skipped' | 'not finite' | 'none'} SpanState Frozen: no weight
 *   changed since the capture before, and its picture is repeated. None: no capture was due.
 *
 * @typedef {object} Span
 * @property {SpanState} state
 * @property {number} from Index of its first tick.
 * @property {number} to Of its last one.
 * @property {number} count Captures, drawn or skipped.
 *
 * @typedef {{layer: OverviewLayer, spans: Span[]}} LayerSpans
 */

export const SPAN_MEANINGS = /** @type {const} */ ({
  drawn: 'drawn',
  frozen: 'frozen: no weight changed, the picture is repeated',
  skipped: 'skipped to stay within the budget',
  'not finite': 'not finite: NaN or infinity',
  none: 'no capture was due',
});

/**
 * @param {readonly OverviewLayer[]} layers
 * @param {readonly Tick[]} ticks
 * @param {readonly CaptureHead[]} heads
 * @returns {LayerSpans[]}
 */
export function layerSpans(layers, ticks, heads) {
  return layers.map((layer) => {
    const skipped = new Map(heads.flatMap((each) => (each.stream === layer.stream ? [[each.step, each.skipped]] : [])));
    const at = new Map(layer.steps.map((step, i) => [step, i]));
    /** @type {Span[]} */
    const spans = [];
    /** @type {{state: SpanState, at: number}} */
    let last = { state: 'none', at: -1 };
    ticks.forEach(({ step }, i) => {
      const state = stateOf(layer, at.get(step));
      if (state === 'none') return add(spans, { state, from: i, to: i, count: 1 });
      const numSkipped = skipped.get(step) ?? 0;
      const isHeld = state === 'frozen' || (state === 'not finite' && last.state === state);
      // Since the last one that was drawn there is nothing but ticks of other callbacks.
      if (numSkipped || isHeld) while ((spans.at(-1)?.from ?? -1) > last.at) spans.pop();
      if (numSkipped) add(spans, { state: 'skipped', from: Math.max(0, last.at), to: i, count: numSkipped });
      add(spans, { state, from: isHeld && !numSkipped ? last.at + 1 : i, to: i, count: 1 });
      last = { state, at: i };
    });
    return { layer, spans };
  });
}

/**
 * @param {OverviewLayer} layer
 * @param {number | undefined} i
 * @returns {SpanState}
 */
function stateOf({ status, unchanged }, i) {
  if (i === undefined) return 'none';
  if (status[i].not_finite) return 'not finite';
  return unchanged[i] ? 'frozen' : 'drawn';
}

/**
 * @param {Span[]} spans
 * @param {Span} next
 */
function add(spans, next) {
  const before = spans.at(-1);
  if (before?.state === next.state && before.to === next.from - 1) {
    before.to = next.to;
    before.count += next.count;
  } else spans.push(next);
}
