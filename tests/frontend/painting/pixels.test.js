import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawContour, mapShares } from '../../../tb_plugin/static/painting/heatmap.js';
import { mapDifference, pictureDifference } from '../../../tb_plugin/static/painting/heatmap.js';

const pixel = (r, g = r, b = r) => [r, g, b, 255];

test('two alike pictures differ in nothing: grey', () => {
  const picture = Uint8ClampedArray.from([...pixel(10, 200, 30), ...pixel(0)]);
  assert.deepEqual([...pictureDifference(picture, picture)], [...pixel(128), ...pixel(128)]);
});

test('what is lighter in the second picture is light, what is darker dark', () => {
  const [dark, light] = [Uint8ClampedArray.from(pixel(0)), Uint8ClampedArray.from(pixel(254))];
  assert.deepEqual([...pictureDifference(dark, light)], pixel(255));
  assert.deepEqual([...pictureDifference(light, dark)], pixel(1));
});

test('more evidence is red, less is blue, the same leaves the image in grey', () => {
  const image = Uint8ClampedArray.from([...pixel(100), ...pixel(100), ...pixel(100)]);
  const [a, b] = [Float32Array.from([0, 1, 0.5]), Float32Array.from([1, 0, 0.5])];
  const [red, blue, grey] = [0, 4, 8].map((at) => [...mapDifference(image, a, b, 3)].slice(at, at + 3));
  assert.ok(red[0] > 2 * red[2]);
  assert.ok(blue[2] > 2 * blue[0]);
  assert.deepEqual(grey, [178, 178, 178]);
});

test('where a picture has no value their difference is hatched, not alike', () => {
  const values = Float32Array.from({ length: 64 }, () => 1);
  const nothing = values.map(() => NaN);
  const found = mapDifference(new Uint8ClampedArray(256), nothing, values, 8);
  assert.ok(new Set(found.filter((_, i) => i % 4 === 0)).size > 1);
  assert.ok(found.every((value, i) => i % 4 !== 3 || value === 255));
});

test('the outline runs inside and outside of the top region and nowhere else', () => {
  const size = 5;
  const values = new Float32Array(size * size);
  values[12] = 1;
  const pixels = new Uint8ClampedArray(4 * size * size);
  drawContour(pixels, values, size, 0.5);
  const painted = [...values.keys()].filter((i) => pixels[4 * i + 3] === 255);
  assert.deepEqual(painted, [7, 11, 12, 13, 17]);
  assert.equal(pixels[4 * 12], 255);
  assert.equal(pixels[4 * 7], 0);
});

test('shares of a map keep what is not finite apart from zero', () => {
  const map = { values: Float32Array.from([0, 2, NaN, 8]), width: 4, height: 1 };
  const shares = mapShares({ map, painting: { top: 4 } }, { width: 4, height: 1 });
  assert.deepEqual([...shares], [0, 0.5, NaN, 1]);
});
