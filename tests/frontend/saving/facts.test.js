import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factsOf } from '../../../tb_plugin/static/saving/facts.js';
import * as answers from '../answers.js';
import { heatmapState } from '../page.js';

const captures = [0, 1].map((i) => answers.mapCapture(i, ['x'], { maximum: [i ? 0.14 : 1] }));
const opened = (more = {}) => {
  const state = heatmapState(captures, more);
  return { ...state, item: { ...state.item, grad_cam: 'x' } };
};

test('a saved heatmap says its run, layer, image, class and scale', () => {
  assert.deepEqual(factsOf(opened(), 50), ['r · a', 'image cat · for dots · color scale 0 to 1']);
});

test('a heatmap on a scale of its own says where that ends', () => {
  assert.match(factsOf(opened({ scale: 'picture' }), 50)[1], /color scale 0 to 0\.14$/);
});

test('a capture without the image has no class', () => {
  assert.deepEqual(factsOf(opened(), 900)[1], 'image cat · color scale 0 to 1');
});

test('a picture beside that of another run names both', () => {
  const [place, what] = factsOf(opened(), 50, 'q');
  assert.equal(place, 'A q, B r · a');
  assert.match(what, /each on its own color scale$/);
  assert.match(factsOf(opened(), 50, 'r')[1], /color scale 0 to 1$/);
});
