import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memo } from '../../../tb_plugin/static/models/memo.js';
import { createStore } from '../../../tb_plugin/static/state/store.js';

/** A store and the states that its listener was told. */
function watched(initial) {
  const store = createStore(initial);
  const told = [];
  const unsubscribe = store.subscribe((state) => told.push(state));
  return { store, told, unsubscribe };
}

test('a change is told once, with everything that stayed', () => {
  const { store, told } = watched({ a: 1, b: 2 });
  store.set({ a: 3 });
  assert.deepEqual(told, [{ a: 3, b: 2 }]);
});

test('setting what is there already tells nobody', () => {
  const { store, told } = watched({ a: 1, b: NaN });
  store.set({ a: 1, b: NaN });
  store.set({});
  assert.deepEqual(told, []);
});

test('the state before a change is not touched', () => {
  const { store } = watched({ a: 1 });
  const before = store.get();
  store.set({ a: 2 });
  assert.deepEqual(before, { a: 1 });
});

test('who unsubscribed is told no more', () => {
  const { store, told, unsubscribe } = watched({ a: 1 });
  unsubscribe();
  store.set({ a: 2 });
  assert.deepEqual(told, []);
});

test('a listener may set; the last to be told has the last state', () => {
  const { store, told } = watched({ a: 1, b: 0 });
  store.subscribe(({ a }) => store.set({ b: 10 * a }));
  store.set({ a: 2 });
  assert.deepEqual(told.at(-1), { a: 2, b: 20 });
});

test('memo computes again only for other arguments', () => {
  let calls = 0;
  const sum = memo((a, b) => {
    calls += 1;
    return a + b;
  });
  assert.deepEqual([sum(1, 2), sum(1, 2), sum(2, 2)], [3, 3, 4]);
  assert.equal(calls, 2);
});
