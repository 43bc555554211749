import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CellMemory } from '../../../tb_plugin/static/views/matrix/matrix.js';

test('a cell is made once while what it follows from is the same', () => {
  const memory = new CellMemory();
  const picture = {};
  memory.about(['layer', 46]);
  const first = memory.cell('0 a', [picture], () => ({}));
  memory.about(['layer', 46]);
  assert.equal(memory.cell('0 a', [picture], assert.fail), first);
});

test('a cell is made anew once its picture is there', () => {
  const memory = new CellMemory();
  const before = memory.cell('0 a', [undefined], () => ({}));
  const other = memory.cell('1 a', [undefined], () => ({}));
  assert.notEqual(memory.cell('0 a', [{}], () => ({})), before);
  assert.equal(memory.cell('1 a', [undefined], assert.fail), other);
});

test('all cells are made anew where all follow from something else', () => {
  const memory = new CellMemory();
  memory.about(['turbo']);
  const before = memory.cell('0 a', [], () => ({}));
  memory.about(['grey']);
  assert.notEqual(memory.cell('0 a', [], () => ({})), before);
});
