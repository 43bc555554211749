import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colormapGradient, colormapTable } from '../../../tb_plugin/static/painting/colormap.js';
import { COLORMAPS } from '../../../tb_plugin/static/state/state.js';

test('every map has 256 colours of three bytes', () => {
  for (const name of COLORMAPS) assert.equal(colormapTable(name).length, 768, name);
});

test('grey is the value itself', () => {
  const table = colormapTable('grey');
  assert.deepEqual(
    [...table],
    Array.from({ length: 768 }, (_, i) => Math.floor(i / 3)),
  );
});

test('a legend begins and ends with the ends of its map', () => {
  assert.match(colormapGradient('viridis'), /^linear-gradient\(to right, #440154,.*#fde725\)$/);
});
