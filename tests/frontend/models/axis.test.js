import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indexAt, nearestIndex, placeOf, placesOf, ticksOf } from '../../../tb_plugin/static/models/axis.js';
import { captureHead } from '../answers.js';

test('captures of one step are one tick that knows the layers of all', () => {
  const patterns = captureHead(1, { kind: 'filter_patterns', layers: ['p'], num_labelled: null });
  const ticks = ticksOf([captureHead(0), patterns, captureHead(1)]);
  assert.deepEqual(
    ticks.map((tick) => tick.step),
    [0, 50],
  );
  assert.deepEqual([...ticks[1].layers].sort(), ['filter_patterns p', 'grad_cam a']);
});

test('a label is the epoch, with the batch inside of one', () => {
  const ticks = ticksOf([captureHead(0), captureHead(1), captureHead(2, { epoch: 1, batch: 30 })]);
  assert.deepEqual(
    ticks.map((tick) => tick.label),
    ['base', '1', '1+30'],
  );
});

test('the baseline, a new fit and odd reasons are events, the schedule is not', () => {
  const ticks = ticksOf([
    captureHead(0),
    captureHead(1),
    captureHead(2, { fit: 1, reason: 'baseline' }),
    captureHead(3, { fit: 1, reason: 'last' }),
  ]);
  assert.deepEqual(
    ticks.map((tick) => tick.event),
    ['baseline', '', 'new fit', 'last'],
  );
});

test('events of several captures at a step are told together, in plain words', () => {
  const [, tick] = ticksOf([
    captureHead(0),
    captureHead(1, { fit: 1, reason: 'trainable weights: more, learning rate drop, schedule' }),
    captureHead(1, { fit: 1, reason: 'baseline, best val_accuracy' }),
  ]);
  assert.equal(tick.event, 'unfrozen, learning rate dropped, best val_accuracy, new fit');
  assert.equal(tick.isNewFit, true);
});

test('what capturing took is known by stream, what was left out of all', () => {
  const [tick] = ticksOf([
    captureHead(1, { overhead: 0.02, skipped: 2 }),
    captureHead(1, { stream: 'other', overhead: null, skipped: 1 }),
  ]);
  assert.deepEqual(tick.overheads, [['grad_cam', 0.02]]);
  assert.equal(tick.skipped, 3);
});

test('accuracy is over all labelled images, and unknown without any', () => {
  const ticks = ticksOf([captureHead(1), captureHead(2, { num_labelled: 0, num_correct: 0 })]);
  assert.deepEqual(
    ticks.map((tick) => tick.accuracy),
    [0.25, null],
  );
});

test('the index at a step is of the last capture that is not after it', () => {
  const steps = [0, 50, 100];
  assert.deepEqual(
    [0, 49, 50, 99, 100, 5000].map((step) => indexAt(steps, step)),
    [0, 0, 1, 1, 2, 2],
  );
});

test('before the first capture it is the first, without a step the last', () => {
  assert.equal(indexAt([50, 100], 10), 0);
  assert.equal(indexAt([50, 100], null), 1);
  assert.equal(indexAt([], null), -1);
});

test('the nearest capture may lie on either side', () => {
  assert.deepEqual(
    [0, 24, 26, 74, 76, 999].map((step) => nearestIndex([0, 50, 100], step)),
    [0, 0, 1, 1, 2, 2],
  );
});

test('captures lie evenly, or by their steps', () => {
  assert.deepEqual(placesOf([0, 10, 40], 'even'), [0, 0.5, 1]);
  assert.deepEqual(placesOf([0, 10, 40], 'steps'), [0, 0.25, 1]);
  assert.deepEqual(placesOf([7], 'steps'), [0]);
  assert.deepEqual(placesOf([], 'steps'), []);
});

test('what lies between two captures lies between their places', () => {
  const steps = [0, 10, 40];
  assert.equal(placeOf(steps, placesOf(steps, 'even'), 25), 0.75);
  assert.equal(placeOf(steps, placesOf(steps, 'steps'), 25), 0.625);
  assert.equal(placeOf(steps, placesOf(steps, 'even'), 99), 1);
  assert.equal(placeOf(steps, placesOf(steps, 'even'), -5), 0);
});

test('an event is where it happened, not at the capture that records it', () => {
  const reason = 'trainable weights: more';
  const happened = [{ reason, step: 150, epoch: 3, batch: 0 }];
  const late = captureHead(8, { reason, happened });
  const beside = captureHead(8, { kind: 'filter_patterns', reason, happened });
  const [, tick] = ticksOf([captureHead(0), late, beside]);
  assert.deepEqual(tick.earlier, [{ event: 'unfrozen', step: 150, epoch: 3, batch: 0 }]);
  assert.equal(tick.event, '');
  assert.equal(tick.title, 'epoch 8, step 400, unfrozen at epoch 3');
});

test('an event that two callbacks record at different captures is said once', () => {
  const reason = 'trainable weights: more';
  const happened = [{ reason, step: 50, epoch: 1, batch: 0 }];
  const heads = [0, 2, 4].map((i) => captureHead(i, i ? { reason, happened } : {}));
  assert.deepEqual(ticksOf(heads).map(({ earlier }) => earlier.length), [0, 1, 0]);
  const other = [{ reason, step: 150, epoch: 3, batch: 0 }];
  const again = captureHead(4, { reason, happened: other });
  assert.equal(ticksOf([heads[0], heads[1], again])[2].earlier[0].step, 150);
});

test('an event that one callback captured where it happened is not said again later', () => {
  const reason = 'loss jump';
  const happened = [{ reason, step: 50, epoch: 1, batch: 0 }];
  const ticks = ticksOf([captureHead(0), captureHead(1, { reason }), captureHead(2, { reason, happened })]);
  assert.deepEqual(
    ticks.map(({ event, earlier }) => [event, earlier.length]),
    [['baseline', 0], ['loss jumped', 0], ['', 0]],
  );
});
