import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cache } from '../../../tb_plugin/static/pictures/cache.js';

function filled() {
  const left = [];
  const cache = new Cache(10, (item) => left.push(item));
  cache.put('a', 'A', 4);
  cache.put('b', 'B', 4);
  return { cache, left };
}

test('over the bound, what was used longest ago leaves', () => {
  const { cache, left } = filled();
  cache.put('c', 'C', 4);
  assert.deepEqual(left, ['A']);
  assert.equal(cache.get('a'), undefined);
  assert.equal(cache.get('c'), 'C');
});

test('what was touched stays longer', () => {
  const { cache, left } = filled();
  cache.touch('a');
  cache.put('c', 'C', 4);
  assert.deepEqual(left, ['B']);
});

test('one that is too large alone is kept alone', () => {
  const { cache, left } = filled();
  cache.put('huge', 'H', 100);
  assert.deepEqual(left, ['A', 'B']);
  assert.equal(cache.get('huge'), 'H');
});

test('a second item of one key replaces the first', () => {
  const { cache, left } = filled();
  cache.put('a', 'A2', 4);
  assert.deepEqual(left, ['A']);
  cache.put('c', 'C', 2);
  assert.equal(cache.get('b'), 'B');
});
