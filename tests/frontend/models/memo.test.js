import assert from 'node:assert/strict';
import { test } from 'node:test';
import { perObject } from '../../../tb_plugin/static/models/memo.js';

test('each object keeps a result of its own, until other arguments come with it', () => {
  let count = 0;
  const named = perObject((object, word) => `${object.name} ${word} ${(count += 1)}`);
  const [a, b] = [{ name: 'a' }, { name: 'b' }];
  assert.deepEqual([named(a, 'x'), named(b, 'x'), named(a, 'x'), named(b, 'x')], ['a x 1', 'b x 2', 'a x 1', 'b x 2']);
  assert.deepEqual([named(a, 'y'), named(b, 'x')], ['a y 3', 'b x 2']);
});
