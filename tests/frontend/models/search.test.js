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
  statuses: [
    { path: 'backbone/conv4', status: 'dead', words: 'dead', count: 3 },
    { path: 'backbone/conv1', status: 'stuck', words: 'not optimized', count: 1 },
  ],
  images: [{ key: 'abc', title: '4', words: 'checks · predicted dots, wrong' }],
  outputs: ['class_head'],
  hasPredictions: true,
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

test('statuses are found by their word and their label, with how many filters and where', () => {
  const [hit] = search('dead conv4', KNOWN);
  assert.deepEqual([hit.what, hit.title, hit.status], ['filters', '3 dead', 'dead']);
  assert.equal(hit.place.path, 'backbone/conv4');
  assert.deepEqual(titles('optimized'), ['filters 1 not optimized']);
  assert.deepEqual(titles('stuck'), ['filters 1 not optimized']);
});

test('what was predicted and outputs are found, and words are all asked for', () => {
  assert.deepEqual(titles('predicted dots'), ['image 4']);
  assert.deepEqual(titles('checks wrong'), ['image 4']);
  assert.deepEqual(titles('checks right'), []);
  assert.deepEqual(titles('class_head'), ['output class_head']);
});

test('what only another view knows is looked for there, and the search goes on', () => {
  const known = { ...KNOWN, filters: null, hasPredictions: false };
  const found = search('nonsense', known);
  assert.deepEqual(
    found.map(({ what, title, isElsewhere }) => [what, title, isElsewhere]),
    [['look in', 'Filters', true], ['look in', 'Heatmaps', true]],
  );
  assert.equal(found[0].place.path, 'backbone/conv4');
  assert.equal(search('conv4', known).at(-1).title, 'Heatmaps');
});
