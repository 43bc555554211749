import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeOf, changeTable, otherMeasures, withFloor } from '../../../tb_plugin/static/models/measures.js';

const MEASURES = [
  ['correlation_baseline', 0.25],
  ['correlation_previous', null],
  ['correlation_floor', 0.98],
  ['weight_change_baseline', 0.5],
  ['energy_inside', 0.7],
  ['crop_left', 0.1],
  ['something_new', 3],
];

test('a change is one minus a correlation, and null where it was not measured', () => {
  assert.equal(changeOf(MEASURES, 'baseline'), 0.75);
  assert.equal(changeOf(MEASURES, 'previous'), null);
  assert.equal(changeOf([], 'baseline'), null);
  assert.equal(changeOf([['rank_correlation_baseline', 0]], 'baseline'), 1);
});

test('changes stand in one table, each since when, beside the floor', () => {
  const [picture, weights] = changeTable(MEASURES);
  assert.equal(picture.title, 'Picture');
  assert.deepEqual(
    picture.values.map((value) => value && Number(value.toFixed(2))),
    [0.75, null, 0.02, null],
  );
  assert.deepEqual(weights.values, [0.5, null, null, null]);
});

test('filters that were not drawn again have the floor of their layer', () => {
  const measures = [
    ['correlation_floor', null],
    ['correlation_seed', 0.4],
    ['correlation_previous', null],
  ];
  const ofLayer = { correlation_floor: [0.75, null, 0.5], correlation_seed: [0.4, 0.3, null] };
  const [floor, ...others] = withFloor(measures, ofLayer);
  assert.equal(floor[0], 'correlation_floor');
  assert.ok(Math.abs(floor[1] - 0.525) < 1e-9); // a tenth of the way up
  assert.deepEqual(others, [
    ['correlation_seed', 0.4],
    ['correlation_previous', null],
  ]);
  const one = withFloor(measures, { correlation_floor: [null, 0.97] });
  assert.deepEqual(one[0], ['correlation_floor', 0.97]);
  assert.deepEqual(withFloor(measures, {})[0], ['correlation_floor', null]);
});

test('a measure that nobody knows is still shown', () => {
  assert.deepEqual(otherMeasures(MEASURES), [['something_new', 3]]);
});
