import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ticksOf } from '../../../tb_plugin/static/models/axis.js';
import { mapModel } from '../../../tb_plugin/static/models/maps.js';
import { patternModel, statusCounts } from '../../../tb_plugin/static/models/patterns.js';
import { captureHead, layerAnswer, mapCapture, patternCapture } from '../answers.js';

const ticks = ticksOf([0, 1, 2].map((index) => captureHead(index)));
const patterns = (captures) => patternModel(layerAnswer('filter_patterns', captures), ticks);
const maps = (captures) => mapModel(layerAnswer('grad_cam', captures), ticks);

test('rows are the filters of all captures, in the order of the newest of the fullest', () => {
  const model = patterns([patternCapture(0, [7, 3]), patternCapture(1, [3, 5])]);
  assert.deepEqual(
    model.rows.map((row) => row.filter),
    [3, 5, 7],
  );
});

test('a filter that a capture did not draw has no cell there and a gap in its series', () => {
  const model = patterns([patternCapture(0, [7, 3]), patternCapture(1, [3])]);
  const seven = model.rows.find((row) => row.filter === 7);
  assert.equal(model.cell(seven, model.columns[1]), null);
  assert.deepEqual(model.series(seven), [7, null]);
});

test('the newest picture of a filter is an earlier one where a capture had no time', () => {
  const model = patterns([
    patternCapture(0, [7, 3, 5]),
    patternCapture(1, [3]),
    patternCapture(2, [5, 3]),
  ]);
  const [seven, three] = [7, 3].map((filter) => model.rows.find((row) => row.filter === filter));
  const at = (row, index) => model.latest(row, model.columns[index]).column.index;
  assert.deepEqual([0, 1, 2].map((index) => at(seven, index)), [0, 0, 0]);
  assert.deepEqual([0, 1, 2].map((index) => at(three, index)), [0, 1, 2]);
  assert.deepEqual(model.drawnBy(2).sort(), [0, 2]);
  assert.deepEqual(model.drawnBy(0), [0]);
  assert.equal(patterns([patternCapture(0, [1]), patternCapture(1, [1, 2])])
    .latest({ key: '2', filter: 2 }, { index: 0 }), null);
});

test('a capture with a part of the filters does not change their order', () => {
  const model = patterns([patternCapture(0, [1, 2, 3]), patternCapture(1, [3, 1])]);
  assert.deepEqual(model.rows.map((row) => row.filter), [1, 2, 3]);
});

test('a tile lies where the sheet says, without its margin', () => {
  const model = patterns([patternCapture(0, [1, 2, 3, 4])]);
  const rect = (i) => model.cell(model.rows[i], model.columns[0]).rect;
  assert.deepEqual(rect(0), { x: 0, y: 0, width: 28, height: 20 });
  assert.deepEqual(rect(3), { x: 32, y: 24, width: 28, height: 20 });
});

test('captures of which the axis knows nothing are left out', () => {
  assert.deepEqual(patterns([patternCapture(0, [1]), patternCapture(9, [1])]).steps, [0]);
});

test('another version is another picture, and no version is none', () => {
  const again = patternCapture(0, [1], { version: 'w' });
  const keys = [patternCapture(0, [1]), again].map((c) => patterns([c]).columns[0].picture.key);
  assert.notEqual(keys[0], keys[1]);
  assert.equal(patterns([patternCapture(0, [1], { version: null })]).columns[0].picture, null);
});

test('an unchanged capture points at the picture that it repeats', () => {
  const model = patterns([
    patternCapture(0, [1]),
    patternCapture(1, [1], { picture_step: 0, version: 'v0' }),
  ]);
  assert.equal(model.columns[0].picture.key, model.columns[1].picture.key);
});

test('statuses are counted, the most frequent first', () => {
  const capture = patternCapture(0, [1, 2, 3]);
  capture.record.status = ['stuck', 'live', 'live'];
  assert.deepEqual(statusCounts(patterns([capture]).columns[0]), [
    ['live', 2],
    ['stuck', 1],
  ]);
});

test('an image keeps its row when its place among the images changes', () => {
  const model = maps([mapCapture(0, ['x', 'y']), mapCapture(1, ['y', 'x'])]);
  const y = model.rows.find((row) => row.hash === 'y');
  assert.deepEqual(
    model.columns.map((column) => model.cell(y, column).place),
    [1, 0],
  );
});

test('the scale of an image is its largest value over the whole run', () => {
  const model = maps([
    mapCapture(0, ['x', 'y'], { maximum: [1, 9] }),
    mapCapture(1, ['x', 'y'], { maximum: [3, null] }),
  ]);
  assert.deepEqual(
    model.rows.map((row) => model.top(row)),
    [3, 9],
  );
});

test('a flip is another prediction than in the capture before', () => {
  const predictions = [[1], [1], [2]];
  const model = maps(predictions.map((prediction, i) => mapCapture(i, ['x'], { prediction })));
  assert.deepEqual(
    model.columns.map((column) => model.cell(model.rows[0], column).isFlip),
    [false, false, true],
  );
});

test('hashes with a common beginning still name their own rows', () => {
  const alike = ['0'.repeat(15) + '1', '0'.repeat(15) + '2'];
  const keys = maps([mapCapture(0, alike)]).rows.map((row) => row.key);
  assert.equal(new Set(keys).size, 2);
});

test('a cell says which output of the model is explained, and what of it', () => {
  const model = maps([mapCapture(0, ['x'], { targets: ['value 2'] })]);
  const cell = model.cell(model.rows[0], model.columns[0]);
  assert.equal(cell.output, 'predictions');
  assert.equal(cell.target, 'value 2');
});

test('an image that is explained for two targets has a row for each', () => {
  const capture = mapCapture(0, ['x', 'x'], { targets: ['predicted class', 'class 3'] });
  const { rows } = maps([capture]);
  assert.deepEqual(
    rows.map((row) => row.key),
    ['x~predicted class', 'x~class 3'],
  );
  assert.ok(rows.every((row) => row.isOneOfSeveral));
});

test('the probability of the label is there also where it is not among the three largest', () => {
  const [first, second] = [0, 1].map((index) => mapCapture(index, ['x']));
  Object.assign(first.outcome, { label: [7], label_value: [0.02], label_loss: [3.9] });
  Object.assign(second.outcome, { label: [7] });
  const model = maps([first, second]);
  const [known, older] = model.columns.map((column) => model.cell(model.rows[0], column));
  assert.deepEqual([known.labelValue, known.labelProbability, known.loss], [0.02, 0.02, 3.9]);
  assert.deepEqual([older.labelValue, older.labelProbability, older.loss], [null, null, null]);
});

test('early logs have the output for a label that is among the three largest', () => {
  const capture = mapCapture(0, ['x']);
  Object.assign(capture.outcome, { label: [1] });
  const model = maps([capture]);
  assert.equal(model.cell(model.rows[0], model.columns[0]).labelProbability, 0.06);
});

test('the probability behind logits is that of the loss', () => {
  const capture = mapCapture(0, ['x']);
  const found = { value_kind: 'logit', label_value: [-1.5], label_loss: [Math.log(4)] };
  Object.assign(capture.outcome, found);
  const model = maps([capture]);
  const cell = model.cell(model.rows[0], model.columns[0]);
  assert.equal(cell.labelValue, -1.5);
  assert.ok(Math.abs(cell.labelProbability - 0.25) < 1e-9);
});
