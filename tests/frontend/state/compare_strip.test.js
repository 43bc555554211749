import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compared } from '../../../tb_plugin/static/state/lanes.js';
import { compareStrip } from '../../../tb_plugin/static/state/strip.js';
import { wantedOthers } from '../../../tb_plugin/static/state/wanted.js';
import * as answers from '../answers.js';
import { heatmapState, labels, maps, nodesOf, ready } from '../page.js';

const COUNT = 1000;
const captures = Array.from({ length: COUNT }, (_, i) => answers.mapCapture(i, ['x']));

/** The run of `heatmapState` beside another, with these captures and these heads. */
function beside(other, more = {}, headMore = () => ({})) {
  const heads = other.map(({ step }, i) => answers.captureHead(i, { step, ...headMore(i) }));
  const answer = { ...answers.layerAnswer('grad_cam', other), run: 's' };
  const others = {
    s: {
      captures: ready({ ...answers.capturesAnswer(heads, [answers.layerHead('a', other.length)]), run: 's' }),
      layerAnswer: ready(answer),
      lineage: null,
    },
  };
  return heatmapState(captures, { view: 'compare', kind: 'grad_cam', compare: ['s'], others, ...more });
}

const shown = (state) => compareStrip(state, compared(state));
const steps = (state) => shown(state).columns.map(({ step }) => step);

for (const axis of ['epoch', 'step', 'time']) {
  test(`two runs of a thousand captures fit the width, by ${axis}`, () => {
    const state = beside(captures, { axis });
    const { columns, layout, isFitted } = shown(state);
    assert.ok(isFitted);
    assert.ok(columns.length >= 8 && columns.length < 20, String(columns.length));
    assert.ok(layout.width <= state.viewport.width);
    assert.deepEqual([steps(state)[0], steps(state).at(-1)], [0, 50 * (COUNT - 1)]);
  });
}

test('the present column is shown and marked, and the range holds in Compare, too', () => {
  const { columns, current } = shown(beside(captures, { step: 50 * 777 }));
  assert.equal(columns[current].step, 50 * 777);
  assert.deepEqual(steps(beside(captures, { from: 1000, to: 1200, step: 1100 })), [1000, 1050, 1100, 1150, 1200]);
});

test('what happened to the other run has its columns, too', () => {
  const broken = captures.map((each, i) =>
    i < 613 ? each : { ...each, record: { ...each.record, status: ['not_finite'] } },
  );
  const of = steps(beside(broken));
  assert.ok([612, 613].every((i) => of.includes(50 * i)), String(of));
  const frozen = steps(beside(captures, {}, (i) => (i === 444 ? { reason: 'trainable weights: fewer' } : {})));
  assert.ok(frozen.includes(50 * 444), String(frozen));
});

test('what happened between two columns is said of the later one', () => {
  const apart = captures.slice(0, -1).map((each, i) => ({
    ...each,
    step: each.step + 20,
    record: { ...each.record, status: [i < 613 ? 'ok' : 'not_finite'] },
  }));
  const of = steps(beside(apart, { axis: 'step' }));
  assert.ok([613, 614].every((i) => of.includes(50 * i)), String(of));
});

test('only pictures in sight are fetched, and all captures shown where that is asked for', () => {
  const keys = wantedOthers(beside(captures)).map((each) => each.keys.length);
  assert.ok(keys.length === 2 && keys.every((count) => count > 7 && count < 20), String(keys));
  const state = beside(captures, { columns: 'all' });
  assert.equal(shown(state).columns.length, COUNT);
});

test('Compare asks once which captures, and not for what it does not show', () => {
  const asked = labels(nodesOf(beside(captures), maps));
  assert.equal(asked.filter((each) => each === 'Captures').length, 1);
  assert.ok(!asked.includes('Show'));
});

test('past the end of the run the other one goes on, and the range ends before that', () => {
  const longer = Array.from({ length: COUNT + 3 }, (_, i) => answers.mapCapture(i, ['x']));
  const last = 50 * (COUNT - 1);
  assert.deepEqual(steps(beside(longer, { from: last - 50 })), [last - 50, last, last, last, last]);
  assert.deepEqual(shown(beside(longer, { from: last })).columns.map(({ of }) => of), [
    [999, 999],
    [-1, 1000],
    [-1, 1001],
    [-1, 1002],
  ]);
});
