import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breaksOf, changesOf, spread } from '../../../tb_plugin/static/models/spread.js';
import * as answers from '../answers.js';

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
  assert.ok([500, 700].every((i) => spread(even(1000), 9, { events: [500, 700] }).includes(i)));
  const many = Array.from({ length: 300 }, (_, i) => 3 * i + 1);
  const chosen = spread(even(1000), 12, { events: many });
  assert.equal(chosen.length, 12);
  assert.equal(chosen.filter((i) => many.includes(i)).length >= 4, true);
});

test('both sides of the first break are chosen however little room there is', () => {
  const many = Array.from({ length: 300 }, (_, i) => 3 * i + 1);
  const breaks = many.map((i) => [i, i + 1]);
  for (const count of [4, 5, 6, 9, 40]) {
    const chosen = spread(even(1000), count, { events: many, breaks: breaks.slice(77) });
    assert.equal(chosen.length, count);
    assert.ok([0, 232, 233, 999].every((i) => chosen.includes(i)), String(chosen));
  }
});

test('a value stops being finite between the captures that drew it, each time again', () => {
  const capture = (filters, broken) => {
    const found = answers.patternCapture(0, filters);
    found.record.status = filters.map((each) => (broken.includes(each) ? 'not_finite' : 'live'));
    return { capture: found };
  };
  const columns = [
    capture([1, 2], [2]),
    capture([1], []),
    capture([2], [2]),
    capture([1, 2], [1]),
    capture([1], [1]),
    capture([2], [2]),
  ];
  assert.deepEqual(breaksOf(columns), [[1, 3], [3, 5]]);
});

test('of several breaks the one of most values comes first', () => {
  const columns = [[], ['x'], [], ['x', 'y']].map((broken, i) => {
    const found = answers.mapCapture(i, ['x', 'y']);
    found.record.status = ['x', 'y'].map((each) => (broken.includes(each) ? 'not_finite' : 'ok'));
    return { capture: found };
  });
  assert.deepEqual(breaksOf(columns), [[2, 3], [0, 1]]);
  assert.deepEqual(spread(even(40), 4, { breaks: [[20, 21], [3, 4]] }), [0, 20, 21, 39]);
  assert.ok([3, 4, 20, 21].every((i) => spread(even(40), 8, { breaks: [[20, 21], [3, 4]] }).includes(i)));
});

test('an output that is not finite is a break, one that never had a value is none', () => {
  const columns = [[0.9, null], [null, null], [null, null]].map((value, i) => {
    const found = answers.mapCapture(i, ['x', 'y']);
    found.outcome.value = value;
    return { capture: found };
  });
  assert.deepEqual(breaksOf(columns), [[0, 1]]);
});

test('the change of a capture is the mean of what was measured, none where nothing was', () => {
  const columns = [
    { capture: { record: { measures: {} } } },
    { capture: { record: { measures: { rank_correlation_previous: [0.5, null, 1] } } } },
    { capture: { record: { measures: { correlation_previous: [-1, 1] } } } },
  ];
  assert.deepEqual(changesOf(columns), [0, 0.25, 1]);
});
