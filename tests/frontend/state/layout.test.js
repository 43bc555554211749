import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boxOf, gridLayout, matrixLayout } from '../../../tb_plugin/static/state/layout.js';

const viewport = { left: 0, top: 0, width: 900, height: 600 };
const shape = { headWidth: 100, captionHeight: 20, minWidth: 46, aspect: 1 };
const layout = (more) => matrixLayout({ viewport, numColumns: 10, numRows: 5, ...shape, ...more });

test('where all columns have room they fill the width', () => {
  const { pitch, width } = layout();
  assert.equal(pitch, 80);
  assert.equal(width, viewport.width);
});

test('tiles become neither too small nor too large', () => {
  assert.equal(layout({ numColumns: 1000 }).tile.width, 46);
  assert.equal(layout({ numColumns: 1 }).tile.width, 200);
});

test('of a thousand captures only those in sight are drawn', () => {
  const seen = (left) => layout({ numColumns: 1000, viewport: { ...viewport, left } }).columns;
  const [from, to] = seen(20_000);
  assert.ok(from * 49 < 20_000 && to * 49 > 20_800);
  assert.ok(to - from < 30);
});

test('at the ends there is nothing beyond', () => {
  assert.deepEqual(layout({ numColumns: 0, numRows: 0 }).columns, [0, 0]);
  assert.deepEqual(layout().columns, [0, 10]);
  assert.deepEqual(layout({ viewport: { ...viewport, top: 1e9 } }).rows, [5, 5]);
});

test('a tile has the shape of its pictures, within reason', () => {
  assert.deepEqual(boxOf(100, 0.75), { width: 100, height: 75 });
  assert.deepEqual(boxOf(100, 50), { width: 100, height: 160 });
  assert.deepEqual(boxOf(100, 0.001), { width: 100, height: 40 });
});

test('a grid of many items draws those in sight, in whole rows', () => {
  const { items, perRow, height, rowHeight } = gridLayout(
    { ...viewport, top: 5000 },
    10_000,
    20,
    1,
  );
  assert.equal(items[0] % perRow, 0);
  assert.ok(items[1] - items[0] < 250);
  assert.equal(height, Math.ceil(10_000 / perRow) * rowHeight);
});
