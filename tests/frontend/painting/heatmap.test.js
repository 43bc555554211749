import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colormapTable } from '../../../tb_plugin/static/painting/colormap.js';
import { coverage, heatmapPixels, share } from '../../../tb_plugin/static/painting/heatmap.js';

const grey = colormapTable('grey');
const opaque = { top: 1, table: grey, opacity: 1 };

/** The red channel, row by row. */
function levels(values, [width, height], size, painting = opaque) {
  const map = { values: Float32Array.from(values), width, height };
  const pixels = heatmapPixels(map, { width: size[0], height: size[1] }, painting);
  return Array.from({ length: size[0] * size[1] }, (_, i) => pixels[4 * i]);
}

test('at its own size every cell has the colour of its value', () => {
  assert.deepEqual(levels([0, 0.2, 0.6, 1], [2, 2], [2, 2]), [0, 51, 153, 255]);
});

test('between two cells values are interpolated, beyond them held', () => {
  assert.deepEqual(levels([0, 1], [2, 1], [8, 1]), [0, 0, 32, 96, 159, 223, 255, 255]);
});

test('a map of one value is even at every size', () => {
  assert.deepEqual(new Set(levels([0.4, 0.4, 0.4, 0.4], [2, 2], [9, 7])), new Set([102]));
});

test('scaling map and scale alike changes no pixel', () => {
  const values = [0.1, 0.7, 0.3, 0.5];
  const larger = values.map((value) => 1024 * value);
  assert.deepEqual(
    levels(values, [2, 2], [6, 6]),
    levels(larger, [2, 2], [6, 6], { ...opaque, top: 1024 }),
  );
});

test('what lies over the scale has its strongest colour', () => {
  assert.equal(share(5, 2), 1);
});

test('a scale without extent paints nothing as evidence', () => {
  assert.deepEqual(levels([0, 0], [2, 1], [2, 1], { ...opaque, top: 0 }), [0, 0]);
  assert.equal(share(1, 0), 0);
  assert.equal(share(1, NaN), 0);
});

for (const odd of [NaN, Infinity, -Infinity]) {
  test(`${odd} is hatched in two levels of grey and never let through`, () => {
    const map = { values: Float32Array.from([odd]), width: 1, height: 1 };
    const pixels = heatmapPixels(map, { width: 16, height: 16 }, { ...opaque, opacity: 0.1 });
    const seen = Array.from({ length: 256 }, (_, i) => pixels.slice(4 * i, 4 * i + 4).join());
    assert.deepEqual(new Set(seen), new Set(['72,72,72,255', '208,208,208,255']));
  });
}

test('a cell that is not finite leaves its neighbours as they are', () => {
  const painted = levels([0.6, NaN], [2, 1], [2, 1]);
  assert.equal(painted[0], 153);
  assert.ok([72, 208].includes(painted[1]));
});

test('coverage grows with the value and with the opacity', () => {
  for (const [low, high] of [
    [coverage(0, 0.6), coverage(0.2, 0.6)],
    [coverage(0.2, 0.6), coverage(0.5, 0.6)],
    [coverage(0.3, 0.4), coverage(0.3, 0.8)],
  ]) {
    assert.ok(low < high);
  }
});

test('at no opacity the image alone is seen, at full opacity the map alone', () => {
  assert.deepEqual(
    [0, 0.3, 1].map((value) => coverage(value, 0)),
    [0, 0, 0],
  );
  assert.deepEqual(
    [0, 0.3, 1].map((value) => coverage(value, 1)),
    [1, 1, 1],
  );
});

test('strong evidence covers as much as the opacity says', () => {
  assert.equal(coverage(1, 0.6), 0.6);
});
