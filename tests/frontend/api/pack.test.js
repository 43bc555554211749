import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePack, entryBytes, PackError } from '../../../tb_plugin/static/api/pack.js';
import { packOf } from '../answers.js';

const header = { entries: [{ step: 0, offset: 4, length: 3 }] };

test('an entry gives its own bytes', () => {
  const pack = decodePack(packOf(header, [[9, 9, 9, 9, 1, 2, 3, 0]]));
  assert.deepEqual([...entryBytes(pack.body, pack.header.entries[0])], [1, 2, 3]);
});

test('float32 pictures lie on a multiple of four bytes', () => {
  const { body } = decodePack(packOf({ entries: [], odd: 'x' }, [[0, 0, 0, 0]]));
  assert.equal(body.byteOffset % 4, 0);
});

test('an entry that holds a fault gives no bytes', () => {
  assert.equal(entryBytes(new Uint8Array(8), { step: 0, fault: 'gone' }), null);
});

test('a pack torn at any byte of its head is refused', () => {
  const whole = packOf(header);
  for (let length = 0; length < whole.byteLength; length++) {
    assert.throws(() => decodePack(whole.slice(0, length)), PackError, `at ${length}`);
  }
});

test('another kind of answer is refused', () => {
  const other = packOf(header);
  new Uint8Array(other)[0] = 88;
  assert.throws(() => decodePack(other), /not a pack/);
});

test('a header without entries is refused', () => {
  assert.throws(() => decodePack(packOf({ pictures: [] })), /no entries/);
  assert.throws(() => decodePack(packOf(null)), /no entries/);
});

for (const [offset, length] of [
  [0, 9],
  [8, 1],
  [-1, 2],
  [0, -1],
  [0.5, 2],
  ['0', 2],
  [2 ** 53, 2 ** 53],
  [null, 3],
]) {
  test(`a picture from ${offset} of length ${length} in 8 bytes is torn`, () => {
    assert.throws(() => entryBytes(new Uint8Array(8), { offset, length }), PackError);
  });
}
