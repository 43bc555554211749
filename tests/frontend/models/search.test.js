import assert from 'node:assert/strict';
import { test } from 'node:test';
import { search } from '../../../tb_plugin/static/models/search.js';
import { layerHead } from '../answers.js';

const KNOWN = {
  runs: ['conv4 run'],
  layers: [
    layerHead('backbone/conv4', 1, { kind: 'filter_patterns' }),
    layerHead('backbone/conv4_relu', 1),
  ],
  filters: [4, 14, 40].map((i) => ({ key: String(i), title: `filter ${i}`, words: `#${i}` })),
  filterPath: 'backbone/conv4',
  images: [{ key: 'abc', title: '4', words: 'checks' }],
  imagePath: 'backbone/conv4_relu',
};
const titles = (query) => search(query, KNOWN).map(({ what, title }) => `${what} ${title}`);

test('a whole word counts more than the beginning of one', () => {
  assert.equal(titles('filter 4')[0], 'filter filter 4');
  assert.equal(titles('backbone conv4')[0], 'layer backbone/conv4');
});

test('all words must be there, in any order and case', () => {
  assert.deepEqual(titles('CHECKS image'), ['image 4']);
  assert.deepEqual(titles('conv4 nonsense'), []);
});

test('nothing typed finds nothing', () => {
  assert.deepEqual(titles('   '), []);
});

test('what is found knows its place', () => {
  assert.deepEqual(search('filter 14', KNOWN)[0].place, {
    kind: 'filter_patterns',
    path: 'backbone/conv4',
    item: '14',
    step: null,
  });
  assert.equal(search('conv4 run', KNOWN)[0].run, 'conv4 run');
});
