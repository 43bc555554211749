import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createActions } from '../../../tb_plugin/static/state/actions.js';
import { maps } from '../../../tb_plugin/static/state/select.js';
import { createStore } from '../../../tb_plugin/static/state/store.js';
import { mapCapture } from '../answers.js';
import { heatmapState } from '../page.js';

function opened(captures, more = {}) {
  const store = createStore(heatmapState(captures, more));
  return { store, actions: createActions(store) };
}

/** A capture of these images, each explained by two targets. */
function twice(images) {
  const targets = images.flatMap(() => ['predicted class', 'label']);
  const capture = mapCapture(0, images, { targets, maximum: targets.map(() => 1) });
  const each = (value) => targets.map(() => value);
  Object.assign(capture.record, { status: each('ok'), origin: each('fresh'), origin_step: each(null) });
  Object.assign(capture.outcome, { row_image: targets.map((_, i) => Math.floor(i / 2)), row_class: each(0), row_score: each(1) });
  return capture;
}

test('a key goes to the next image of the grid, whichever heatmap of this one is open', () => {
  const { store, actions } = opened([twice(['x', 'y', 'z'])], { show: 'grid' });
  actions.open('y~label');
  actions.moveRow(1);
  assert.equal(store.get().item.grad_cam, 'z~predicted class');
});

test('a key stays with the images in Compare, which shows no means of classes', () => {
  const capture = mapCapture(0, ['x', 'y']);
  Object.assign(capture.record, { mean_class: [0], mean_count: [2] });
  const cursorAfter = (view) => {
    const { store, actions } = opened([capture], { view, kind: 'grad_cam', cursor: 'y' });
    actions.moveRow(1);
    return store.get().cursor;
  };
  assert.deepEqual([cursorAfter('heatmaps'), cursorAfter('compare')], ['mean 0', 'y']);
});

test('another run has no selection, and is not filtered by one', () => {
  const { store, actions } = opened([mapCapture(0, ['x'])], { only: 'selected' });
  actions.toggleSelected('x');
  actions.chooseRun('s');
  assert.deepEqual([store.get().selection.images, store.get().only], [[], 'all']);
});

test('another run keeps a filter that is no selection', () => {
  const { store, actions } = opened([mapCapture(0, ['x'])], { only: 'wrong' });
  actions.chooseRun('s');
  assert.equal(store.get().only, 'wrong');
});

test('up to an image from one that is not shown is that image alone', () => {
  const { store, actions } = opened([mapCapture(0, ['x'])]);
  actions.toggleSelected('gone');
  actions.selectUpTo('c', ['a', 'b', 'c', 'd']);
  assert.deepEqual(store.get().selection.images, ['gone', 'c']);
});

for (const only of ['wrong', 'unknown', 'forgotten']) {
  test(`which images are ${only} is another choice at another capture`, () => {
    const judged = (index, correct) => {
      const capture = mapCapture(index, ['x', 'y']);
      Object.assign(capture.outcome, { correct });
      return capture;
    };
    const verdict = only === 'unknown' ? null : false;
    const captures = [judged(0, [true, true]), judged(1, [verdict, true]), judged(2, [true, verdict])];
    const rowsAt = (step) => maps(heatmapState(captures, { only, step })).rows.map(({ key }) => key);
    assert.deepEqual([rowsAt(50), rowsAt(100)], [['x'], ['y']]);
  });
}
