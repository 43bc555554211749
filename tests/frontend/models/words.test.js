import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  className,
  counted,
  drawnHow,
  name,
  number,
  output,
  percent,
  spelled,
} from '../../../tb_plugin/static/models/words.js';

test('numbers have three digits and no more zeros than needed', () => {
  const told = [0, 7.1312, 1234.5, 0.001, 1e-7, -3, 123456].map(number);
  assert.deepEqual(told, ['0', '7.13', '1230', '0.001', '1.00e−7', '−3', '1.23e+5']);
});

test('what is not finite is called so and never zero', () => {
  assert.deepEqual(
    [number(null), percent(null), output(null, 'probability')],
    Array(3).fill('not finite'),
  );
});

test('only probabilities are percent', () => {
  assert.deepEqual([output(0.954, 'probability'), output(0.954, 'logit')], ['95%', '0.954']);
});

test('a class without a name has its number', () => {
  assert.deepEqual(
    [className(['a'], 0), className(['a'], 7), className([], null)],
    ['a', 'class 7', ''],
  );
});

test('a name is as long as a page can bear', () => {
  assert.equal(name('x'.repeat(1e6)).length, 161);
  assert.equal(spelled('no_evidence'), 'no evidence');
});

test('a name that is too long keeps its start and its end, where layers differ', () => {
  const long = `start/${'x'.repeat(500)}/end`;
  assert.match(name(long), /^start\/x+…x+\/end$/);
});

test('a picture is fresh, or repeats one since a step', () => {
  assert.equal(drawnHow('fresh', null), 'computed');
  assert.equal(drawnHow('unchanged', 50), 'reused from step 50');
});

test('one is singular', () => {
  assert.deepEqual([counted(1, 'fault'), counted(2, 'fault')], ['1 fault', '2 faults']);
});
