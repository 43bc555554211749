import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepPlaying } from '../../../tb_plugin/static/keepers/draw.js';
import { createActions } from '../../../tb_plugin/static/state/actions.js';
import { initialState } from '../../../tb_plugin/static/state/state.js';
import { createStore } from '../../../tb_plugin/static/state/store.js';
import { captureHead, capturesAnswer, layerAnswer, layerHead, mapCapture } from '../answers.js';

const ready = (value) => ({ subject: '', reading: 0, status: 'ready', value, message: '' });

/** Four captures on the axis, of which the layer was drawn at 0, 2 and 3. */
function opened(more = {}) {
  const heads = [0, 1, 2, 3].map((i) => captureHead(i));
  const drawn = [0, 2, 3].map((i) => mapCapture(i, ['x', 'y']));
  const store = createStore({
    ...initialState(),
    view: 'heatmaps',
    run: 'r',
    layer: { filter_patterns: null, grad_cam: 'a' },
    step: 150,
    captures: ready(capturesAnswer(heads, [layerHead('a', 3)])),
    layerAnswer: ready(layerAnswer('grad_cam', drawn)),
    ...more,
  });
  return { store, actions: createActions(store) };
}

test('a move goes to the next capture that drew the layer', () => {
  const { store, actions } = opened({ step: 0 });
  actions.move(1);
  assert.equal(store.get().step, 100);
  actions.move(-1);
  assert.equal(store.get().step, 0);
  actions.move(-1);
  assert.equal(store.get().step, 0);
});

test('going away from the end ends following, coming back resumes it', () => {
  const { store, actions } = opened();
  actions.move(-1);
  assert.equal(store.get().isFollowing, false);
  actions.goToEnd();
  assert.deepEqual([store.get().step, store.get().isFollowing], [150, true]);
});

test('a step without a capture leads to the nearest one', () => {
  const { store, actions } = opened();
  actions.goToNearest(61);
  assert.equal(store.get().step, 50);
});

test('rows are moved through only while one is open or at hand, and not beyond the ends', () => {
  const { store, actions } = opened();
  actions.open('x');
  actions.moveRow(1);
  assert.equal(store.get().item.grad_cam, 'y');
  actions.moveRow(1);
  assert.equal(store.get().item.grad_cam, 'y');
  actions.close();
  actions.moveRow(-1);
  assert.deepEqual([store.get().item.grad_cam, store.get().cursor], [null, 'x']);
});

test('escape closes what lies over the page first, then the detail', () => {
  const { store, actions } = opened({ drawer: 'log' });
  actions.open('x');
  actions.escape();
  assert.deepEqual([store.get().drawer, store.get().item.grad_cam], ['none', 'x']);
  actions.escape();
  assert.equal(store.get().item.grad_cam, null);
});

test('another run starts from its own defaults', () => {
  const { store, actions } = opened({ versus: 50 });
  actions.open('x');
  actions.chooseRun('s');
  const { run, layer, item, step, versus } = store.get();
  assert.deepEqual(
    [run, layer.grad_cam, item.grad_cam, step, versus],
    ['s', null, null, null, null],
  );
});

test('playing at the end starts over, moves on by itself, and stops at the end', (context) => {
  context.mock.timers.enable({ apis: ['setInterval'] });
  const { store, actions } = opened();
  keepPlaying(store, actions);
  actions.togglePlay();
  const seen = [store.get().step];
  for (let i = 0; i < 3; i++) {
    context.mock.timers.tick(400);
    seen.push(store.get().step);
  }
  assert.deepEqual(seen, [0, 100, 150, 150]);
  assert.equal(store.get().isPlaying, false);
});

test('what was typed is found at once, before the page shows it', () => {
  const { store, actions } = opened();
  actions.setScreen({ query: 'nothing like it' });
  assert.equal(actions.openHit(), false);
  actions.setScreen({ query: 'image', hit: 0 });
  actions.moveHit(-1);
  assert.equal(store.get().hit, 0);
  actions.setScreen({ query: 'a heatmaps' });
  actions.moveHit(1);
  assert.equal(actions.openHit(), true);
  assert.deepEqual([store.get().query, store.get().layer.grad_cam], [null, 'a']);
});

test('a finding with a before and after opens them side by side', () => {
  const { store, actions } = opened();
  actions.visitPlace({ kind: 'grad_cam', path: 'a', item: 'x', step: 100, versus: 50 });
  assert.deepEqual([store.get().ab, store.get().versus], ['side', 50]);
});

test('images are picked one by one, up to another, all at once, and dropped', () => {
  const { store, actions } = opened();
  const images = () => store.get().selection.images;
  actions.toggleSelected('b');
  actions.selectUpTo('d', ['a', 'b', 'c', 'd', 'e']);
  assert.deepEqual(images(), ['b', 'c', 'd']);
  actions.selectUpTo('a', ['a', 'b', 'c', 'd', 'e']);
  assert.deepEqual(images(), ['b', 'c', 'd', 'a']);
  actions.toggleSelected('c');
  actions.select(['e', 'b']);
  assert.deepEqual(images(), ['b', 'd', 'a', 'e']);
});

test('a key picks the image that the keyboard is at', () => {
  const { store, actions } = opened({ cursor: 'y' });
  actions.toggleCursor();
  assert.deepEqual(store.get().selection.images, ['y']);
  actions.setCursor('gone');
  actions.toggleCursor();
  assert.deepEqual(store.get().selection.images, ['y']);
});

test('a selection has a name, keeps within its bound, and is cleared with its filter', () => {
  const { store, actions } = opened({ only: 'selected' });
  actions.select(Array.from({ length: 600 }, (_, i) => `${i}`));
  actions.nameSelection(' hard ones ');
  assert.deepEqual([store.get().selection.images.length, store.get().selection.name], [512, 'hard ones']);
  actions.clearSelection();
  assert.deepEqual([store.get().selection, store.get().only], [{ name: '', images: [] }, 'all']);
});
