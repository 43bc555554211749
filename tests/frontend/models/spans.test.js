import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ticksOf } from '../../../tb_plugin/static/models/axis.js';
import { layerSpans } from '../../../tb_plugin/static/models/spans.js';
import { captureHead } from '../answers.js';

/** A layer drawn at these ticks, of six. */
function spansOf(drawn, { status = {}, unchanged = [], skipped = {} } = {}) {
  const heads = [0, 1, 2, 3, 4, 5].map((i) => captureHead(i, { skipped: skipped[i] ?? 0 }));
  const others = heads.map((head) => ({ ...head, stream: 'other', skipped: 7 }));
  const layer = {
    stream: 'grad_cam',
    steps: drawn.map((i) => 50 * i),
    status: drawn.map((i) => status[i] ?? { ok: 3 }),
    unchanged: drawn.map((i) => unchanged.includes(i)),
  };
  const [{ spans }] = layerSpans([layer], ticksOf(heads), [...others, ...heads.filter((_, i) => drawn.includes(i))]);
  return spans.map(({ state, from, to, count }) => [state, from, to, count]);
}

test('captures of one kind after each other are one span', () => {
  assert.deepEqual(spansOf([0, 1, 2, 3, 4, 5], { unchanged: [1, 2, 3] }), [
    ['drawn', 0, 0, 1],
    ['frozen', 1, 3, 3],
    ['drawn', 4, 5, 2],
  ]);
});

test('a heatmap or pattern that is not finite is seen, however many are', () => {
  const status = { 4: { ok: 2, not_finite: 1 }, 5: { not_finite: 3 } };
  assert.deepEqual(spansOf([3, 4, 5], { status }), [
    ['none', 0, 2, 3],
    ['drawn', 3, 3, 1],
    ['not finite', 4, 5, 2],
  ]);
});

test('what was skipped lies between the captures that were drawn', () => {
  assert.deepEqual(spansOf([0, 3, 5], { skipped: { 3: 4 } }), [
    ['drawn', 0, 0, 1],
    ['skipped', 0, 3, 4],
    ['drawn', 3, 3, 1],
    ['none', 4, 4, 1],
    ['drawn', 5, 5, 1],
  ]);
});

test('a layer is frozen from the capture before on, also between captures of its own', () => {
  assert.deepEqual(spansOf([0, 2, 4], { unchanged: [2, 4] }), [
    ['drawn', 0, 0, 1],
    ['frozen', 1, 4, 2],
    ['none', 5, 5, 1],
  ]);
});

test('what is not finite twice is so between the two, and not before the first', () => {
  const status = { 3: { not_finite: 1 }, 5: { not_finite: 1 } };
  assert.deepEqual(spansOf([1, 3, 5], { status }).slice(2), [
    ['none', 2, 2, 1],
    ['not finite', 3, 5, 2],
  ]);
});
