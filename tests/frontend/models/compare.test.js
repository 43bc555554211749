import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ticksOf } from '../../../tb_plugin/static/models/axis.js';
import { compareColumns, compareRows } from '../../../tb_plugin/static/models/compare.js';
import { captureHead } from '../answers.js';

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
  const rows = compareRows([{ key: 'a' }, { key: 'b c' }], 2);
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
