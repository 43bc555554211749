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

test('a range is chosen in any order, and the whole run is none', () => {
  const { store, actions } = opened();
  const range = () => [store.get().from, store.get().to];
  actions.chooseRange(100, 50);
  assert.deepEqual(range(), [50, 100]);
  actions.chooseRange(0, 150);
  assert.deepEqual(range(), [null, null]);
  actions.goTo(50);
  actions.beginRange();
  assert.deepEqual(range(), [50, null]);
  actions.goTo(100);
  actions.endRange();
  assert.deepEqual(range(), [50, 100]);
  actions.wholeRun();
  assert.deepEqual(range(), [null, null]);
});

/** The steps that are seen while the state plays. */
function played(context, more, num, ms) {
  context.mock.timers.enable({ apis: ['setInterval'] });
  const { store, actions } = opened(more);
  keepPlaying(store, actions);
  actions.togglePlay();
  const seen = [store.get().step];
  for (let i = 0; i < num; i++) {
    context.mock.timers.tick(ms);
    seen.push(store.get().step);
  }
  return { seen, isPlaying: store.get().isPlaying };
}

test('only the range is played, and its end is the end', (context) => {
  const { seen, isPlaying } = played(context, { from: 0, to: 120 }, 2, 400);
  assert.deepEqual([seen, isPlaying], [[0, 100, 100], false]);
});

test('a loop begins again at the start of the range', (context) => {
  const { seen, isPlaying } = played(context, { from: 100, isLooping: true }, 4, 400);
  assert.deepEqual([seen, isPlaying], [[100, 150, 100, 150, 100], true]);
});

test('at twice the speed captures follow each other in half the time', (context) => {
  assert.deepEqual(played(context, { speed: 2 }, 2, 200).seen, [0, 100, 150]);
});

test('a thousand captures are played in some twelve seconds, some passed over', (context) => {
  const heads = Array.from({ length: 1000 }, (_, i) => captureHead(i));
  const drawn = heads.map((_, i) => mapCapture(i, ['x']));
  const long = {
    step: 0,
    captures: ready(capturesAnswer(heads, [layerHead('a', 1000)])),
    layerAnswer: ready(layerAnswer('grad_cam', drawn)),
  };
  const { seen, isPlaying } = played(context, long, 260, 50);
  assert.equal(Math.max(...seen), 50 * 999);
  assert.equal(isPlaying, false);
  assert.ok(new Set(seen).size > 200);
});

test('the open picture takes all of the page until Escape, and only an open one', () => {
  const { store, actions } = opened();
  actions.toggleFull();
  assert.equal(store.get().isFull, false);
  actions.open('x');
  actions.toggleFull();
  assert.equal(store.get().isFull, true);
  actions.escape();
  assert.deepEqual([store.get().isFull, store.get().item.grad_cam], [false, 'x']);
  actions.toggleFull();
  actions.close();
  assert.equal(store.get().isFull, false);
});
