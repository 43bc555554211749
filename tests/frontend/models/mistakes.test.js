import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ticksOf } from '../../../tb_plugin/static/models/axis.js';
import { mapModel } from '../../../tb_plugin/static/models/maps.js';
import { confusionMatrix, forgettingOf } from '../../../tb_plugin/static/models/mistakes.js';
import { captureHead, layerAnswer, mapCapture } from '../answers.js';

/** Columns of captures, of each the labels and predictions of images a, b, c, ... */
function columnsOf(...outcomes) {
  const captures = outcomes.map(({ label, prediction }, i) => {
    const capture = mapCapture(i, [...'abcdefghijklmnopqrstuvwxyz'].slice(0, label.length));
    const correct = label.map((each, at) =>
      each === null || prediction[at] === null ? null : each === prediction[at],
    );
    Object.assign(capture.outcome, { label, prediction, correct });
    return capture;
  });
  const ticks = ticksOf(captures.map((_, i) => captureHead(i)));
  return mapModel(layerAnswer('grad_cam', captures), ticks).columns;
}

const counts = ({ rows }) => rows.map((row) => row.map(({ count }) => count));

test('images are counted by label and prediction, at each capture', () => {
  const label = [0, 0, 1, 4, null];
  const columns = columnsOf(
    { label, prediction: [1, 1, 1, 0, 0] },
    { label, prediction: [0, 1, 1, null, 1] },
  );
  const first = confusionMatrix(columns, 0);
  assert.deepEqual(first.classes, [0, 1, 4]);
  assert.deepEqual(counts(first), [[0, 2, 0], [0, 1, 0], [1, 0, 0]]);
  assert.deepEqual([first.numImages, first.numWrong, first.numUnknown, first.numHidden], [4, 3, 1, 0]);
  const second = confusionMatrix(columns, 1);
  assert.deepEqual(counts(second), [[1, 1, 0], [0, 1, 0], [0, 0, 0]]);
  assert.deepEqual([second.numImages, second.numWrong, second.numUnknown], [3, 1, 2]);
  assert.equal(second.rows[0][1].share, 0.5);
  assert.deepEqual(second.rows[0][1].series, [2, 1]);
});

test('without labels or predictions there is no confusion matrix', () => {
  assert.equal(confusionMatrix(columnsOf({ label: [null, null], prediction: [0, 1] }), 0), null);
  assert.equal(confusionMatrix(columnsOf({ label: [0, 1], prediction: [null, null] }), 0), null);
});

test('of many classes those most mistaken are shown, the rest is counted', () => {
  const label = Array.from({ length: 20 }, (_, i) => i);
  const prediction = label.map((each) => (each < 4 || each === 19 ? (each + 1) % 20 : each));
  const [column] = [columnsOf({ label, prediction })];
  const { classes, rows, numWrong, numHidden } = confusionMatrix(column, 0);
  assert.equal(classes.length, 12);
  assert.deepEqual(classes.slice(0, 5), [0, 1, 2, 3, 4]);
  assert.ok(classes.includes(19));
  assert.equal(rows.length, 12);
  assert.deepEqual([numWrong, numHidden], [5, 0]);
});

test('mistakes between classes without room are counted as hidden', () => {
  const label = Array.from({ length: 26 }, (_, i) => i);
  const prediction = label.map((each) => (each + 1) % 26);
  const { classes, numHidden } = confusionMatrix(columnsOf({ label, prediction }), 0);
  assert.deepEqual(classes, label.slice(0, 12));
  assert.equal(numHidden, 26 - 11);
});

test('each fall from right to wrong is a forgetting, up to the present capture', () => {
  const right = { label: [0], prediction: [0] };
  const wrong = { label: [0], prediction: [1] };
  const unknown = { label: [0], prediction: [null] };
  const columns = columnsOf(wrong, right, wrong, unknown, right, unknown, wrong);
  const found = (index) => forgettingOf(columns, { hash: 'a' }, index);
  assert.deepEqual(found(0), { count: 0, isForgotten: false });
  assert.deepEqual(found(1), { count: 0, isForgotten: false });
  assert.deepEqual(found(2), { count: 1, isForgotten: true });
  assert.deepEqual(found(3), { count: 1, isForgotten: false });
  assert.deepEqual(found(6), { count: 2, isForgotten: true });
  assert.deepEqual(forgettingOf(columns, { hash: 'gone' }, 6), { count: 0, isForgotten: false });
});
