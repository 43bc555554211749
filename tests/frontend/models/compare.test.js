import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ticksOf } from '../../../tb_plugin/static/models/axis.js';
import { compareColumns, compareRows, matchesOf, sharesBaseline } from '../../../tb_plugin/static/models/compare.js';
import { patternModel } from '../../../tb_plugin/static/models/patterns.js';
import { captureHead, layerAnswer, patternCapture } from '../answers.js';

/** A run that drew after each of `epochs`, `perEpoch` steps and seconds long. */
function lane(epochs, perEpoch) {
  const heads = epochs.map((epoch, index) =>
    captureHead(index, { epoch, step: perEpoch * epoch, wall_time: 1000 + perEpoch * epoch }),
  );
  const columns = ticksOf(heads).map((tick, index) => ({ index, step: tick.step, tick }));
  return { run: 'r', columns };
}

const drawn = (columns) => columns.map(({ of }) => of);

test('by epoch a run has a gap where it drew nothing', () => {
  const columns = compareColumns([lane([0, 1, 2], 10), lane([0, 2, 3], 50)], 'epoch');
  assert.deepEqual(drawn(columns), [
    [0, 0],
    [1, -1],
    [2, 1],
    [-1, 2],
  ]);
  assert.deepEqual(
    columns.map(({ step }) => step),
    [0, 10, 20, 20],
  );
});

test('by epoch a fit that counts from 0 again goes on behind the one before', () => {
  const { columns: first } = lane([0, 1, 2], 10);
  const second = { index: 3, step: 30, tick: { ...first[1].tick, step: 30, fit: 1 } };
  const columns = compareColumns([{ run: 'r', columns: [...first, second] }, lane([0, 1, 2, 3], 10)], 'epoch');
  assert.deepEqual(drawn(columns), [
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
});

test('by epoch a fit that counts on from the one before is not put behind it', () => {
  const once = lane([0, 1, 2, 3], 10);
  const columns = once.columns.map((column) => ({ ...column, tick: { ...column.tick, fit: column.index > 1 ? 1 : 0 } }));
  assert.deepEqual(drawn(compareColumns([{ run: 'r', columns }, once], 'epoch')), [
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
});

test('by step another run shows what it had drawn last by then, and its own end', () => {
  const columns = compareColumns([lane([0, 1, 2], 10), lane([0, 1], 15)], 'step');
  assert.deepEqual(drawn(columns), [
    [0, 0],
    [1, 0],
    [2, 1],
  ]);
  const longer = compareColumns([lane([0, 1], 10), lane([0, 1], 15)], 'step');
  assert.deepEqual(drawn(longer), [
    [0, 0],
    [1, 0],
    [1, 1],
  ]);
});

test('by time the columns count from the beginning of each run', () => {
  const columns = compareColumns([lane([0, 1, 2], 60), lane([0, 1, 2], 60)], 'time');
  assert.deepEqual(
    columns.map(({ tick }) => tick.label),
    ['base', '60 s', '2 min'],
  );
});

test('every row has a line for each run', () => {
  const lane = { rows: [{ key: 'a' }, { key: 'b c' }], isPaired: true };
  const rows = compareRows([lane, lane]);
  assert.deepEqual(
    rows.map(({ key, lane: of }) => [key, of]),
    [
      ['0 a', 0],
      ['1 a', 1],
      ['0 b c', 0],
      ['1 b c', 1],
    ],
  );
});

test('a run that began from other weights has rows of its own, below', () => {
  const own = { rows: [{ key: '3' }], isPaired: true };
  const other = { rows: [{ key: '3' }, { key: '5' }], isPaired: false };
  const rows = compareRows([own, other]);
  assert.deepEqual(
    rows.map(({ key }) => key),
    ['0 3', '1 3', '1 5'],
  );
});

test('filters that respond alike stand under each other, the rest below', () => {
  const own = { rows: [{ key: '3' }, { key: '4' }], isPaired: true };
  const answer = {
    fault: null,
    num_images: 200,
    chance: 0.5,
    pairs: [
      { filter: 3, other: 5, correlation: 0.9 },
      { filter: 4, other: 3, correlation: 0.4 },
    ],
  };
  const other = { rows: [{ key: '3' }, { key: '5' }], isPaired: false, matches: matchesOf(answer) };
  assert.deepEqual(
    compareRows([own, other]).map(({ key, correlation }) => [key, correlation]),
    [
      ['0 3', null],
      ['1 5', 0.9],
      ['0 4', null],
      ['1 3', null],
    ],
  );
});

test('a match that shares little is none, however low chance is', () => {
  const pairs = [{ filter: 0, other: 0, correlation: 0.49 }, { filter: 1, other: 2, correlation: 0.51 }];
  assert.deepEqual([...matchesOf({ fault: null, num_images: 40, chance: 0.2, pairs }).keys()], ['1']);
});

test('nothing is matched where chance is not known, or a log has no responses', () => {
  const pairs = [{ filter: 0, other: 0, correlation: 1 }];
  assert.equal(matchesOf({ fault: null, num_images: 40, chance: null, pairs }).size, 0);
  assert.equal(matchesOf(null).size, 0);
});

/** Patterns of a run that began with these objectives. */
function patternsOf(objective, more = {}) {
  const capture = patternCapture(0, [3, 4, 5]);
  Object.assign(capture.record, { objective, ...more });
  const ticks = ticksOf([captureHead(0, { kind: 'filter_patterns', stream: 'filter_patterns' })]);
  return patternModel(layerAnswer('filter_patterns', [capture]), ticks);
}

test('runs share their baseline where its patterns reach the same objectives', () => {
  const own = patternsOf([1, 2, 3]);
  assert.ok(sharesBaseline(own, patternsOf([1, 2.001, 3])), 'rounded otherwise');
  assert.ok(!sharesBaseline(own, patternsOf([3, 1, 2])), 'another seed');
  assert.ok(!sharesBaseline(own, patternsOf([1, 2, 3], { preset: 'steady' })));
  assert.ok(!sharesBaseline(own, patternsOf([1, 2, 3], { path: 'b' })));
  assert.ok(!sharesBaseline(patternsOf([0, 0, 0]), patternsOf([0, 0, 0])), 'all dead');
});
