import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boxOf, gridLayout, largeBox, matrixLayout } from '../../../tb_plugin/static/state/layout.js';

import * as answers from '../answers.js';
import { heatmapState } from '../page.js';

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
  assert.deepEqual(boxOf(100, 0.001), { width: 100, height: 25 });
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

test('tiles of wide pictures are no slits', () => {
  const { tile } = layout({ numColumns: 1000, aspect: 0.25 });
  assert.ok(tile.height >= 34, String(tile.height));
});

test('a grid fills a large screen with larger pictures, parts side by side', () => {
  const large = { left: 0, top: 0, width: 1900, height: 1200 };
  assert.equal(gridLayout(viewport, 200, 40, 1).tile.width < 90, true);
  assert.ok(gridLayout(large, 100, 40, 1).tile.width > 100);
  const { tile, itemWidth, perRow } = gridLayout(large, 100, 40, 1, 3);
  assert.equal(itemWidth, 3 * tile.width + 2 * 2);
  assert.ok(perRow * (itemWidth + 8) <= large.width + 8);
});

/** The large picture's box in a page of this width, of square images at some captures. */
const largeAt = (width, numCaptures, more = {}) => {
  const captures = Array.from({ length: numCaptures }, (_, i) => answers.mapCapture(i, ['x']));
  const state = heatmapState(captures, { width, height: 1300, ...more });
  const images = state.heldOut.value.record.images.map((image) => ({ ...image, shown_width: 2 }));
  const heldOut = { ...state.heldOut, value: { ...state.heldOut.value, record: { class_names: [], images } } };
  return largeBox({ ...state, heldOut }).width;
};

test('the large picture grows with the screen, and into what a short strip leaves free', () => {
  assert.equal(largeAt(1280, 30), 288);
  assert.equal(largeAt(2560, 30), 486);
  assert.ok(largeAt(2560, 5) > 800);
});

test('two pictures side by side are each as large as one', () => {
  const pair = { ab: 'side', versus: 0 };
  assert.equal(largeAt(1500, 30, pair), 576);
  assert.equal(largeAt(1500, 30, { ...pair, versus: null }), 288);
  assert.ok(largeAt(1000, 30, pair) <= 450);
});

test('on all of the page the picture takes what it has', () => {
  assert.equal(largeAt(1500, 30, { isFull: true, height: 900 }), 690);
  assert.equal(largeAt(1500, 30, { isFull: true, height: 3000 }), 1440);
});
