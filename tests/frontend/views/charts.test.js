import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placesOf, ticksOf } from '../../../tb_plugin/static/models/axis.js';
import { curve as accuracyCurve, eventMarks, labelled } from '../../../tb_plugin/static/views/frame/ruler.js';
import { chart, curve, namedChart } from '../../../tb_plugin/static/views/parts/chart.js';
import { captureHead } from '../answers.js';
import { labels, ofClass, text } from '../page.js';

const all = (nodes) =>
  nodes.flat(9).filter(Boolean).flatMap((node) => [node, ...all(node.children ?? [])]);
const drawn = (values) => all(curve(values, (i) => i, (value) => value, 9));
const named = (nodes, tag) => nodes.filter((node) => node.tag === tag);
const lines = (nodes) => named(nodes, 'polyline').filter(({ props }) => props.class !== 'gap');

test('a lone measure is a dot, and what is not known between two is dashed', () => {
  const nodes = drawn([1, null, 5, null, 2, 3]);
  assert.equal(lines(nodes).length, 1);
  assert.deepEqual(
    ofClass(nodes, 'gap').map(({ props }) => props.points),
    ['0.0,1.0 2.0,5.0', '2.0,5.0 4.0,2.0'],
  );
  assert.match(ofClass(nodes, 'dots')[0].props.d, /^(M[\d.,]+h0){4}$/);
});

test('a chart of one measure shows it', () => {
  const nodes = drawn([null, 3, null]);
  assert.equal(lines(nodes).length, 0);
  assert.equal(ofClass(nodes, 'dots')[0].props.d, 'M1.0,3.0h0');
});

test('of a thousand measures the lone ones keep their dots', () => {
  const values = Array.from({ length: 1001 }, () => 1);
  [499, 501].forEach((i) => (values[i] = null));
  const nodes = drawn(values);
  assert.equal(ofClass(nodes, 'dots')[0].props.d, 'M500.0,1.0h0');
  assert.equal(ofClass(nodes, 'gap').length, 2);
});

test('a dip of one capture in a thousand is drawn, and so is the lowest of all', () => {
  const values = Array.from({ length: 1001 }, (_, i) => 5 + (i % 2));
  values[302] = 1;
  const [{ props }] = lines(drawn(values));
  const points = props.points.split(' ');
  assert.ok(points.includes('302.0,1.0') && points.length < 450);
  assert.ok(points[0].startsWith('0.0,') && points.at(-1).startsWith('1000.0,'));
});

test('a chart says its unit, its ends, its captures and the present number', () => {
  const ticks = ticksOf([0, 1, 2].map((i) => captureHead(i)));
  const over = { ticks, places: placesOf([0, 50, 100], 'even'), index: 1 };
  const nodes = all([chart('Loss (nats)', [2, null, 0.5], over)]);
  assert.match(text(nodes), /Loss \(nats\)\s+not measured here\s+2\s+0\.5\s+base\s+2/);
  assert.deepEqual(labels(nodes), ['Loss (nats): not measured here, from 0.5 to 2']);
});

test('a chart of several series has a mark of its own shape for each, there and in its legend', () => {
  const ticks = ticksOf([0, 1, 2].map((i) => captureHead(i)));
  const over = { ticks, places: placesOf([0, 50, 100], 'even'), index: 1 };
  const series = [{ name: 'dog', series: [0, 0.5, 1] }, { name: 'cat', series: [1, null, 0] }];
  const nodes = all([namedChart('Share', series, over, (value) => `${100 * value}%`)]);
  assert.equal(ofClass(nodes, 'of-0').length, 3); // lines, at the present capture, in the legend
  assert.equal(ofClass(nodes, 'of-1').length, 2); // not known at the present one
  assert.equal(ofClass(nodes, 'gap').length, 1);
  assert.match(text(nodes), /100%\s+0%.*dog\s+50%\s+cat\s+not known here/);
  assert.deepEqual(labels(nodes), ['Share, at this capture: dog 50%, cat not known', 'Legend']);
  const [{ props }] = ofClass(nodes, 'mark');
  assert.deepEqual([props.style.left, props.style.top], ['50%', '50%']);
});

test('the timeline does not draw through captures that know no accuracy', () => {
  const heads = [0, 1, 2].map((i) => captureHead(i, i === 1 ? { num_labelled: null } : {}));
  const nodes = all([accuracyCurve(ticksOf(heads), [0, 0.5, 1])]);
  assert.equal(lines(nodes).length, 0);
  assert.equal(ofClass(nodes, 'gap').length, 1);
});

test('an event stands on the timeline where it happened', () => {
  const happened = [{ reason: 'new fit', step: 25, epoch: 0, batch: 5 }];
  const axis = ticksOf([captureHead(0), captureHead(1, { happened })]);
  const marks = ofClass(all([eventMarks(axis, [0, 1], 800)]), 'event');
  assert.deepEqual(
    marks.map(({ props }) => [props.title, props.style.left]),
    [['baseline', '0.000%'], ['new fit', '50.000%']],
  );
});

test('labels of captures that are close in time do not lie on each other', () => {
  const places = [0, 0.01, 0.5, 0.99, 1];
  assert.deepEqual(labelled(places, 0, 500), [0, 2, 3]);
  assert.deepEqual(labelled(places, 4, 500), [0, 2, 4]);
});
