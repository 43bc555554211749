import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrangedMaps, arrangedPatterns } from '../../../tb_plugin/static/models/arrange.js';
import { ticksOf } from '../../../tb_plugin/static/models/axis.js';
import { mapModel } from '../../../tb_plugin/static/models/maps.js';
import { patternModel } from '../../../tb_plugin/static/models/patterns.js';
import { captureHead, layerAnswer, mapCapture, patternCapture } from '../answers.js';

const ticks = ticksOf([0, 1].map((index) => captureHead(index)));
const ALL = { label: null, predicted: null, target: null, only: 'all', selected: [] };

function patterns(change = {}) {
  const newest = patternCapture(1, [1, 2, 3]);
  Object.assign(newest.record, change);
  return patternModel(layerAnswer('filter_patterns', [patternCapture(0, [1, 2, 3]), newest]), ticks);
}

function maps(outcome = {}, measures = {}) {
  const captures = [0, 1].map((i) => mapCapture(i, ['x', 'y', 'z']));
  Object.assign(captures[1].outcome, outcome);
  Object.assign(captures[1].record.measures, measures);
  return mapModel(layerAnswer('grad_cam', captures), ticks);
}

const keys = ({ rows }) => rows.map(({ key }) => key);

test('filters are sorted by their change in the newest capture, the most changed first', () => {
  const model = patterns({ measures: { correlation_baseline: [0.9, null, 0.2] } });
  assert.deepEqual(keys(arrangedPatterns(model, 'change', [], [], 0)), ['3', '1', '2']);
});

test('filters are sorted by what they reach, and trouble comes before life', () => {
  const model = patterns({ objective: [1, 9, null], status: ['live', 'live', 'dead'] });
  assert.deepEqual(keys(arrangedPatterns(model, 'objective', [], [], 0)), ['2', '1', '3']);
  assert.deepEqual(keys(arrangedPatterns(model, 'status', [], [], 0)), ['3', '1', '2']);
});

test('only filters of the statuses asked for are shown, as the present capture has them', () => {
  const model = patterns({ status: ['live', 'dead', 'stuck'] });
  assert.deepEqual(keys(arrangedPatterns(model, 'order', ['dead', 'stuck'], [], 1)), ['2', '3']);
  assert.deepEqual(keys(arrangedPatterns(model, 'order', ['dead'], [], 0)), []);
});

test('pinned rows stand on top, whatever is asked', () => {
  const model = patterns({ status: ['live', 'dead', 'live'] });
  assert.deepEqual(keys(arrangedPatterns(model, 'order', ['dead'], ['3'], 1)), ['3', '2']);
  assert.deepEqual(keys(arrangedPatterns(model, 'order', [], ['3', '99'], 1)), ['3', '1', '2']);
});

test('images are shown by label, and by what is wrong now', () => {
  const model = maps({ label: [0, 1, null], correct: [true, false, null] });
  assert.deepEqual(keys(arrangedMaps(model, 'order', { ...ALL, label: 1 }, [], 1)), ['y']);
  assert.deepEqual(keys(arrangedMaps(model, 'order', { ...ALL, only: 'wrong' }, [], 1)), ['y']);
  assert.deepEqual(keys(arrangedMaps(model, 'order', { ...ALL, only: 'wrong' }, [], 0)), []);
});

test('an image without a verdict is unknown, neither wrong nor right', () => {
  const model = maps({ label: [0, 1, null], prediction: [0, null, 1], correct: [true, null, null] });
  assert.deepEqual(keys(arrangedMaps(model, 'order', { ...ALL, only: 'unknown' }, [], 1)), ['y', 'z']);
  assert.deepEqual(keys(arrangedMaps(model, 'order', { ...ALL, only: 'unknown' }, [], 0)), []);
});

test('images whose prediction ever changed are the flipped ones', () => {
  const model = maps({ prediction: [0, 0, 2] });
  assert.deepEqual(keys(arrangedMaps(model, 'order', { ...ALL, only: 'flipped' }, [], 0)), ['z']);
});

test('images are sorted by how far attention moved; one without a number comes last', () => {
  const model = maps({}, { centre_shift_baseline: [0.1, null, 0.5] });
  assert.deepEqual(keys(arrangedMaps(model, 'moved', ALL, [], 1)), ['z', 'x', 'y']);
});

test('images are sorted by loss and by confidence, one without a number last', () => {
  const model = maps({ label_loss: [0.1, null, 2.5], value: [0.5, 0.99, 0.7] });
  assert.deepEqual(keys(arrangedMaps(model, 'loss', ALL, [], 1)), ['z', 'x', 'y']);
  assert.deepEqual(keys(arrangedMaps(model, 'sure', ALL, [], 1)), ['y', 'z', 'x']);
  assert.deepEqual(keys(arrangedMaps(model, 'unsure', ALL, [], 1)), ['x', 'z', 'y']);
});

test('what was right before and is wrong now is forgotten, and comes first', () => {
  const model = maps({ correct: [true, false, null] });
  assert.deepEqual(keys(arrangedMaps(model, 'forgotten', ALL, [], 1)), ['y', 'x', 'z']);
  const only = { ...ALL, only: 'forgotten' };
  assert.deepEqual(keys(arrangedMaps(model, 'order', only, [], 1)), ['y']);
  assert.deepEqual(keys(arrangedMaps(model, 'order', only, [], 0)), []);
});

test('images are shown by prediction at the present capture, and by selection', () => {
  const model = maps({ prediction: [1, 0, 1] });
  assert.deepEqual(keys(arrangedMaps(model, 'order', { ...ALL, predicted: 1 }, [], 1)), ['x', 'z']);
  assert.deepEqual(keys(arrangedMaps(model, 'order', { ...ALL, predicted: 1 }, [], 0)), []);
  const picked = { ...ALL, only: 'selected', selected: ['y', 'gone'] };
  assert.deepEqual(keys(arrangedMaps(model, 'order', picked, [], 1)), ['y']);
});

test('a grid sorts by the present capture, not by the newest', () => {
  const model = maps({ value: [0.9, 0.1, 0.5] });
  assert.deepEqual(keys(arrangedMaps(model, 'unsure', ALL, [], 1, 'grid')), ['y', 'z', 'x']);
  assert.deepEqual(keys(arrangedMaps(model, 'unsure', ALL, [], 0, 'grid')), ['x', 'y', 'z']);
});

test('an image has one place in a grid, whatever is explained of it', () => {
  const targets = ['label', 'predicted class', 'predicted class'];
  const capture = mapCapture(0, ['x', 'y'], { targets, maximum: [1, 1, 1] });
  const three = [0, 0, 0];
  Object.assign(capture.outcome, { row_image: [0, 0, 1], row_class: three, row_score: three });
  const model = mapModel(layerAnswer('grad_cam', [capture]), ticks);
  const rows = (filter) => keys(arrangedMaps(model, 'order', { ...ALL, ...filter }, [], 0, 'grid'));
  assert.deepEqual(rows({}), ['x~predicted class', 'y']);
  assert.deepEqual(rows({ target: 'label' }), ['x~label']);
});

test('mean heatmaps stay below the images and follow the label', () => {
  const captures = [mapCapture(0, ['x'])];
  Object.assign(captures[0].record, { mean_class: [0, 2], mean_count: [1, 3] });
  const model = mapModel(layerAnswer('grad_cam', captures), ticks);
  assert.deepEqual(keys(arrangedMaps(model, 'order', ALL, [], 0)), ['x', 'mean 0', 'mean 2']);
  assert.deepEqual(keys(arrangedMaps(model, 'order', { ...ALL, label: 2 }, [], 0)), ['mean 2']);
});
