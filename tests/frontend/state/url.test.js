import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialState } from '../../../tb_plugin/static/state/state.js';
import { fromParameters, isAnotherPlace, toParameters } from '../../../tb_plugin/static/state/url.js';

const choice = (more = {}) =>
  fromParameters(toParameters({ ...initialState(), ...more }), initialState());

const FULL = {
  view: 'heatmaps',
  kind: 'grad_cam',
  run: 'a b/kerasviz=&p.x',
  layer: { filter_patterns: null, grad_cam: 'backbone/conv 1' },
  item: { filter_patterns: null, grad_cam: 'abc~class 3' },
  step: 450,
  versus: 0,
  versusRun: 'x,y&z',
  ab: 'difference',
  spacing: 'steps',
  show: 'grid',
  columns: 'all',
  spans: true,
  from: 50,
  to: 400,
  cells: 'exemplars',
  since: 'previous',
  sort: { filter_patterns: 'order', grad_cam: 'moved' },
  statuses: ['dead', 'so, so'],
  pins: { filter_patterns: [], grad_cam: ['a,b', 'c%2Cd'] },
  label: 2,
  predicted: 1,
  target: 'class 3',
  only: 'wrong',
  selection: { name: 'odd, & even', images: ['ab12', 'c,d'] },
  boxes: false,
  contour: true,
  compare: ['r,1', 'r 2'],
  laneLayers: { 'r 2': 'a,b=c', 'r,1': 'x y' },
  axis: 'time',
  colormap: 'viridis',
  opacity: 0.35,
  scale: 'picture',
};

test('a choice comes back from an address as it went', () => {
  assert.deepEqual(choice(FULL), FULL);
});

test('defaults do not make an address longer', () => {
  assert.deepEqual(toParameters(initialState()), {});
});

test('the step is always in the address', () => {
  assert.equal(toParameters({ ...initialState(), step: 0 }).step, '0');
});

for (const [name, value] of [
  ['view', 'constructor'],
  ['step', '--1'],
  ['step', '1e9'],
  ['step', '99999999999999999999'],
  ['step', ''],
  ['versus', 'NaN'],
  ['colours', '__proto__'],
  ['opacity', '1.5'],
  ['opacity', '-0'],
  ['opacity', 'x'],
  ['predicted', '1.5'],
  ['selection', 'x'.repeat(20_000)],
  ['scale', '<img src=x>'],
  ['run', 'r'.repeat(5000)],
  ['sort', 'toString'],
  ['ab', '1'],
  ['only', 'none'],
  ['boxes', 'yes'],
  ['label', '1.5'],
  ['axis', '-'],
  ['compare', ',,'],
  ['pins', 'p'.repeat(5000)],
]) {
  test(`${name}=${value.slice(0, 30)} in an address counts as not chosen`, () => {
    assert.deepEqual(fromParameters({ [name]: value }, initialState()), choice());
  });
}

test('the layer of the other view is kept, unless the run is another', () => {
  const before = { ...initialState(), run: 'r', layer: { filter_patterns: 'p', grad_cam: 'g' } };
  const visit = (run) => fromParameters({ view: 'heatmaps', run, layer: 'h' }, before).layer;
  assert.deepEqual(visit('r'), { filter_patterns: 'p', grad_cam: 'h' });
  assert.deepEqual(visit('s'), { filter_patterns: null, grad_cam: 'h' });
});

test('another view, run, layer or item is another place; a moment or a look is not', () => {
  const before = choice(FULL);
  const isPlace = (change) => isAnotherPlace(before, { ...before, ...change });
  assert.ok(isPlace({ view: 'filters' }));
  assert.ok(isPlace({ run: 'other' }));
  assert.ok(isPlace({ layer: { filter_patterns: null, grad_cam: 'other' } }));
  assert.ok(isPlace({ item: { filter_patterns: null, grad_cam: null } }));
  assert.ok(!isPlace({ step: 500, versus: 50 }));
  assert.ok(!isPlace({ opacity: 0.1, colormap: 'jet', scale: 'run' }));
});

test('filling in what nobody chose is not another place', () => {
  const before = choice();
  assert.ok(!isAnotherPlace(before, { ...before, run: 'r' }));
});

test('a list of odd items in an address is read as it can be', () => {
  const read = fromParameters({ compare: 'a,%zz,a,b%2Cc' }, initialState());
  assert.deepEqual(read.compare, ['a', '%zz', 'b,c']);
});

test('opening an item is another place', () => {
  const before = choice({ view: 'filters' });
  assert.ok(isAnotherPlace(before, { ...before, item: { filter_patterns: '3', grad_cam: null } }));
});

test('an address keeps no more images than it has room for, each once', () => {
  const images = Array.from({ length: 600 }, (_, i) => `image${i % 590}`);
  const { selection } = fromParameters({ selection: ['hard', ...images].join(',') }, initialState());
  assert.equal(selection.name, 'hard');
  assert.equal(selection.images.length, 512);
  assert.equal(new Set(selection.images).size, 512);
  const long = fromParameters({ selection: `${'n'.repeat(200)},a,,%zz` }, initialState()).selection;
  assert.deepEqual([long.name.length, long.images], [80, ['a', '%zz']]);
});
