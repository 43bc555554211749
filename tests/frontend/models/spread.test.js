import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesOf, spread } from '../../../tb_plugin/static/models/spread.js';

const even = (length) => Array.from({ length }, () => 0.1);

test('where all captures fit, all are shown', () => {
  assert.deepEqual(spread(even(3), 5), [0, 1, 2]);
  assert.deepEqual(spread([], 5), []);
});

test('of a thousand captures as many as fit are chosen, the first and the last among them', () => {
  const chosen = spread(even(1000), 12);
  assert.equal(chosen.length, 12);
  assert.equal(new Set(chosen).size, 12);
  assert.deepEqual([chosen[0], chosen.at(-1)], [0, 999]);
  assert.deepEqual(chosen, chosen.toSorted((a, b) => a - b));
});

test('early captures are denser, as on a logarithmic scale', () => {
  const chosen = spread(Array.from({ length: 1000 }, () => 0), 11);
  assert.ok(chosen.filter((i) => i < 100).length >= 6, String(chosen));
});

test('captures at which the pictures changed are denser', () => {
  const changes = Array.from({ length: 1000 }, (_, i) => (i >= 600 && i < 620 ? 1 : 0));
  const chosen = spread(changes, 14);
  assert.ok(chosen.filter((i) => i >= 599 && i < 620).length >= 4, String(chosen));
});

test('captures at which something happened come first, within a third of the room', () => {
  assert.ok([500, 700].every((i) => spread(even(1000), 9, [500, 700]).includes(i)));
  const many = Array.from({ length: 300 }, (_, i) => 3 * i + 1);
  const chosen = spread(even(1000), 12, many);
  assert.equal(chosen.length, 12);
  assert.equal(chosen.filter((i) => many.includes(i)).length >= 4, true);
});

test('the change of a capture is the mean of what was measured, none where nothing was', () => {
  const columns = [
    { capture: { record: { measures: {} } } },
    { capture: { record: { measures: { rank_correlation_previous: [0.5, null, 1] } } } },
    { capture: { record: { measures: { correlation_previous: [-1, 1] } } } },
  ];
  assert.deepEqual(changesOf(columns), [0, 0.25, 1]);
});
