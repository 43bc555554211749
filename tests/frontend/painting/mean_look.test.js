import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meanLook } from '../../../tb_plugin/static/painting/looks.js';

const box = { width: 4, height: 4 };
const column = {
  picture: { key: 'a 0' },
  capture: { record: { mean_class: [3], height: 2, width: 2 } },
};

/** The overlay of the mean of class 3. */
function overlayOf(values, scale) {
  const pictures = { get: () => ({ values: Float32Array.from(values) }) };
  const paint = { colormap: 'turbo', scale };
  return meanLook(3, column, pictures, paint, box).drawing.overlay;
}

test('what a mean does not see leaves the top of its scale as it is', () => {
  for (const values of [
    [NaN, 0.25, 0.75, NaN],
    [0.25, 0.75, NaN, NaN],
  ]) {
    assert.equal(overlayOf(values, 'picture').painting.top, 0.75);
  }
});

test('what a mean does not see reaches the painter as no number', () => {
  const { values } = overlayOf([NaN, 0.25, 0.75, NaN], 'run').map;
  assert.deepEqual([...values], [NaN, 0.25, 0.75, NaN]);
});
