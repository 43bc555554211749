import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maps } from '../../../tb_plugin/static/state/select.js';
import { rangeOf, strip } from '../../../tb_plugin/static/state/strip.js';
import { wantedPictures } from '../../../tb_plugin/static/state/wanted.js';
import * as answers from '../answers.js';
import { heatmapState, labels, nodesOf, text } from '../page.js';

const captures = Array.from({ length: 1000 }, (_, i) => answers.mapCapture(i, ['x']));
const state = (more = {}) => heatmapState(captures, more);
const shown = (of) => strip(of, maps(of));
const steps = ({ columns }) => columns.map(({ step }) => step);

test('a thousand captures fit the width, without scrolling', () => {
  const { columns, layout, isFitted } = shown(state());
  assert.ok(isFitted);
  assert.ok(columns.length >= 8 && columns.length < 20, String(columns.length));
  assert.ok(layout.width <= state().viewport.width);
  assert.deepEqual(layout.columns, [0, columns.length]);
  assert.deepEqual([steps({ columns })[0], steps({ columns }).at(-1)], [0, 50 * 999]);
});

test('the present capture and the one compared with are always shown, and marked', () => {
  const { columns, current, versus } = shown(state({ step: 50 * 777, versus: 50 * 333 }));
  assert.deepEqual([columns[current].step, columns[versus].step], [50 * 777, 50 * 333]);
});

test('tiles keep their size while time is scrubbed', () => {
  const widths = [0, 1, 500, 998].map((i) => shown(state({ step: 50 * i })).layout.tile.width);
  assert.equal(new Set(widths).size, 1);
});

test('the captures at both sides of where the weights became NaN are always shown', () => {
  const broken = captures.map((each, i) =>
    i < 613 ? each : { ...each, record: { ...each.record, status: ['not_finite'] } },
  );
  const of = (more) => steps(shown(heatmapState(broken, more)));
  for (const step of [0, 50 * 999]) {
    assert.ok([50 * 612, 50 * 613].every((each) => of({ step }).includes(each)), String(of({ step })));
  }
  const range = { from: 50 * 400, to: 50 * 700, step: 50 * 400 };
  assert.ok([50 * 612, 50 * 613].every((each) => of(range).includes(each)), String(of(range)));
  const after = of({ from: 50 * 613, step: 50 * 700 });
  assert.equal(after[0], 50 * 613);
});

test('a range has room for more of its own captures', () => {
  const { columns, isFitted } = shown(state({ from: 1000, to: 1300, step: 1100 }));
  assert.equal(isFitted, false);
  assert.deepEqual(steps({ columns }), [1000, 1050, 1100, 1150, 1200, 1250, 1300]);
});

test('all captures are shown where that is asked for', () => {
  const { columns, isFitted, layout } = shown(state({ columns: 'all' }));
  assert.deepEqual([columns.length, isFitted], [1000, false]);
  assert.ok(layout.width > 50_000);
});

test('what is shown is fetched, first what is at hand, then what comes next', () => {
  const of = state({ step: 50 * 500 });
  const wanted = wantedPictures(of).map(({ step }) => step);
  assert.equal(wanted[0], 50 * 500);
  assert.ok(steps(shown(of)).every((step) => wanted.includes(step)));
  assert.ok(wanted.includes(50 * 501) && wanted.includes(50 * 499));
  assert.ok(wanted.length < 100);
});

test('a range that lies nowhere is the nearest there is', () => {
  assert.deepEqual(rangeOf({ from: 999, to: -5 }, [0, 50, 100]), [2, 2]);
  assert.deepEqual(rangeOf({ from: null, to: null }, []), [0, 0]);
});

test('whether all captures fit is asked of the range that is chosen', () => {
  const choice = (more) => labels(nodesOf(state(more))).includes('Captures');
  assert.equal(choice(), true);
  assert.equal(choice({ from: 1000, to: 1300, step: 1100 }), false);
  const all = nodesOf(state({ from: 1000, to: 3000, step: 1100 }));
  assert.ok(text(all).includes('all 41'));
});

test('where few captures fit, four are no reason to ask which', () => {
  const narrow = { viewport: { left: 0, top: 0, width: 200, height: 600 } };
  const choice = (count) =>
    labels(nodesOf(heatmapState(captures.slice(0, count), narrow))).includes('Captures');
  assert.deepEqual([choice(4), choice(5)], [false, true]);
});
