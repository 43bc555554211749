import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrangedPatterns } from '../../../tb_plugin/static/models/arrange.js';
import { ticksOf } from '../../../tb_plugin/static/models/axis.js';
import {
  alsoActivated,
  chanceOf,
  classesOverTime,
  cropsKey,
  exemplarsAt,
  hasExemplars,
  imageShape,
  topClass,
} from '../../../tb_plugin/static/models/exemplars.js';
import { patternModel } from '../../../tb_plugin/static/models/patterns.js';
import { captureHead, exemplarCapture as capture, layerAnswer, patternCapture } from '../answers.js';

const ticks = ticksOf([0, 1, 2].map((index) => captureHead(index)));

const modelOf = (captures) => patternModel(layerAnswer('filter_patterns', captures), ticks);

test('an exemplar lies in the row of its filter, with its class and its box', () => {
  const model = modelOf([capture(0, { 7: [4, 5], 9: [1, 2] })]);
  const nine = model.allRows.find(({ filter }) => filter === 9);
  const found = exemplarsAt(model, nine, model.columns[0]);
  assert.deepEqual(
    found.items.map(({ image, label, rect, box }) => [image, label, rect.x, rect.y, box[0]]),
    [
      [1, 'dog', 0, 8, 0.01],
      [2, '', 16, 8, 0.02],
    ],
  );
  assert.deepEqual(found.mix[0], { name: 'dog', count: 6, share: 0.75, ofAll: 0.5 });
});

test('an image says which other filters it is among the exemplars of', () => {
  const model = modelOf([capture(0, { 7: [4, 5], 8: [5, 6], 9: [1, 5] })]);
  assert.deepEqual(alsoActivated(model.columns[0], 8, 'h5'), [7, 9]);
  assert.deepEqual(alsoActivated(model.columns[0], 8, 'h6'), []);
});

test('what came since the capture before is new, and what left is named', () => {
  const model = modelOf([capture(0, { 7: [1, 2, 3] }), capture(1, { 7: [3, 4, 1] })]);
  const [row] = model.allRows;
  const first = exemplarsAt(model, row, model.columns[0]);
  const second = exemplarsAt(model, row, model.columns[1]);
  assert.deepEqual(first.items.map(({ isNew }) => isNew), [false, false, false]);
  assert.deepEqual(second.items.map(({ isNew }) => isNew), [false, true, false]);
  assert.deepEqual([first.left, second.left], [[], ['image 2']]);
});

test('images that activate a filter less are apart from the strongest', () => {
  const made = [capture(0, { 7: [1, 2, 3], 8: [3, 9, 1] }), capture(1, { 7: [2, 1, 4], 8: [3, 9, 1] })];
  for (const { record } of made) record.exemplars.num_strongest = 2;
  const model = modelOf(made);
  const [row] = model.allRows;
  const found = exemplarsAt(model, row, model.columns[1]);
  assert.deepEqual(found.items.map(({ image }) => image), [2, 1]);
  assert.deepEqual(found.weaker.map(({ image, rect, isNew }) => [image, rect.x, isNew]), [[4, 32, false]]);
  assert.deepEqual(found.left, []);
  // Neither are they what activates another filter most.
  assert.deepEqual(alsoActivated(model.columns[0], 7, 'h3'), [8]);
  assert.deepEqual(alsoActivated(model.columns[0], 7, 'h1'), []);
});

test('a capture that did not draw a filter shows its last exemplars', () => {
  const model = modelOf([capture(0, { 7: [1], 8: [2] }), capture(1, { 7: [3] })]);
  const eight = model.allRows.find(({ filter }) => filter === 8);
  const found = exemplarsAt(model, eight, model.columns[1]);
  assert.equal(found.column.index, 0);
  assert.deepEqual(found.items.map(({ image, isNew }) => [image, isNew]), [[2, false]]);
});

test('a filter stands out by the class that is over-represented, not by a frequent one', () => {
  /** Of 400 images: `counts` dogs and cats among those that activate it most, of `all`. */
  const topOf = (counts, all) => {
    const one = capture(0, { 7: [1, 2] });
    Object.assign(one.record.exemplars, {
      num_images: 400,
      class_count: all,
      mix_count: [counts],
      mix_total: [counts[0] + counts[1]],
    });
    const model = modelOf([one]);
    return topClass(model, model.allRows[0], model.columns[0]);
  };
  const top = topOf([28, 12], [40, 300]); // 30% of 10%, against 70% of 75%
  assert.deepEqual([top.name, top.share, top.ofAll], ['cat', 0.3, 0.1]);
  assert.equal(topOf([16, 4], [8, 300]), null); // too few
  assert.equal(topOf([28, 12], [100, 300]), null); // as often among all
  assert.equal(topOf([15, 5], [40, 300]), null); // one filter in 25 has as many by chance
});

test('a chance is that of drawing as many or more without putting back', () => {
  const near = (found, expected) => assert.ok(Math.abs(found - expected) < 1e-9, String(found));
  near(chanceOf(1, 1, 1, 4), 1 / 4);
  near(chanceOf(2, 2, 3, 4), 1 / 2);
  near(chanceOf(5, 9, 8, 24), 0.09068882389652345);
  near(chanceOf(3, 9, 20, 24), 1); // at least five must be
  assert.deepEqual([chanceOf(3, 2, 5, 9), chanceOf(1, 9, 4, 8), chanceOf(1, 1e9, 9e8, 1e10)], [1, 1, 1]);
});

test('a log without exemplars has none, and nothing to fetch', () => {
  const model = modelOf([patternCapture(0, [7])]);
  assert.equal(hasExemplars(model), false);
  assert.equal(exemplarsAt(model, model.allRows[0], model.columns[0]), null);
  assert.equal(topClass(model, model.allRows[0], model.columns[0]), null);
  assert.equal(cropsKey(model.columns[0]), null);
});

test('crops are of the picture at the same step, by another key', () => {
  const [column] = modelOf([capture(0, { 7: [1] })]).columns;
  const key = cropsKey(column);
  assert.equal(key.step, column.picture.step);
  assert.notEqual(key.key, column.picture.key);
  assert.equal(key.cost, 4 * 3 * 16 * 8);
});

test('filters are sorted by selectivity, the most selective first', () => {
  const model = modelOf([capture(0, { 2: [1], 7: [1], 5: [1] })]);
  const sorted = arrangedPatterns(model, 'selectivity', [], [], 0);
  assert.deepEqual(sorted.rows.map(({ filter }) => filter), [7, 5, 2]);
});

test('a filter that is not finite has no exemplars and no objective', () => {
  const broken = capture(1, { 0: [1, 2, 3] });
  broken.record.status = ['not_finite'];
  const model = modelOf([capture(0, { 0: [1, 2, 3] }), broken]);
  const [row] = model.rows;
  assert.equal(exemplarsAt(model, row, model.columns[1]), null);
  assert.notEqual(exemplarsAt(model, row, model.columns[0]), null);
  assert.deepEqual(model.series(row), [0, null]);
});

test('the shape of an image follows from its crop, and is unknown where the box is none', () => {
  const rect = { x: 0, y: 0, width: 32, height: 16 };
  assert.equal(imageShape({ rect, box: [0.25, 0.5, 0.5, 0.75] }), 2);
  assert.equal(imageShape({ rect, box: [0.25, 0, 0.5, 1] }), 8);
  for (const box of [[], [0.5, 0, 0.5, 1], [0.5, 0, 0.25, 1], [-0.1, 0, 1, 1], [0, 0, 1, 1.1], [0, 0, NaN, 1]]) {
    assert.equal(imageShape({ rect, box }), null);
  }
});

/** Filter 7 at three captures, whose mixes are these. */
function mixed(...mixes) {
  const captures = mixes.map((mix, i) => {
    const made = capture(i, { [mix ? 7 : 8]: [1, 2] });
    const { of = [1, 0], counts = [6, 2], total = 8 } = mix ?? {};
    Object.assign(made.record.exemplars, { mix_class: [of], mix_count: [counts], mix_total: [total] });
    return made;
  });
  const model = modelOf(captures);
  const row = model.allRows.find(({ filter }) => filter === 7);
  return classesOverTime(model, row);
}

test('classes over time have their share at each capture, the largest at any first', () => {
  const found = mixed({ counts: [6, 2] }, null, { of: [0, 1], counts: [8, 2], total: 10 });
  assert.deepEqual(found, [
    { name: 'cat', series: [0.25, null, 0.8] },
    { name: 'dog', series: [0.75, null, 0.2] },
  ]);
});

test('a class that a list leaves out has no share, and none where the list is complete', () => {
  const [dog, cat] = mixed({}, { of: [1], counts: [8] }, { of: [1], counts: [7], total: 9 });
  assert.deepEqual([dog.name, cat.name], ['dog', 'cat']);
  assert.deepEqual(cat.series, [0.25, 0, null]);
});

test('classes over time need two captures with labels', () => {
  const none = { of: [], counts: [], total: 0 };
  assert.deepEqual(mixed({}, null, none), []);
  assert.deepEqual(mixed(none, none, none), []);
  assert.equal(mixed({}, none, {}).length, 2);
});

test('no more than four classes are charted', () => {
  const five = ['a', 'b', 'c', 'd', 'e'];
  const captures = [0, 1].map((i) => {
    const made = capture(i, { 7: [1, 2] });
    Object.assign(made.record.exemplars, { classes: five, class_count: [8, 8, 8, 8, 8] });
    const mix = { mix_class: [[0, 1, 2, 3, 4]], mix_count: [[1, 2, 3, 4, 5]], mix_total: [15] };
    Object.assign(made.record.exemplars, mix);
    return made;
  });
  const model = modelOf(captures);
  const found = classesOverTime(model, model.allRows[0]);
  assert.deepEqual(found.map(({ name }) => name), ['e', 'd', 'c', 'b']);
});
