import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grid } from '../../../tb_plugin/static/state/layout.js';
import { isLineageShown, patterns } from '../../../tb_plugin/static/state/select.js';
import { initialState } from '../../../tb_plugin/static/state/state.js';
import * as answers from '../answers.js';
import { nodesOf, ofClass, ready, text } from '../page.js';

const kind = 'filter_patterns';
const KEPT = [0.2, 0.9, null];

/** Three filters at two captures; with a pool the log says which kept their meaning. */
function filterState(hasPool, more = {}) {
  const captures = [0, 1].map((i) => {
    const made = answers.patternCapture(i, [1, 2, 3]);
    if (hasPool && i) made.record.measures.response_correlation_baseline = KEPT;
    return made;
  });
  const heads = captures.map((_, i) => answers.captureHead(i, { kind, stream: kind }));
  return {
    ...initialState(),
    view: 'filters',
    run: 'r',
    layer: { filter_patterns: 'a', grad_cam: null },
    step: 50,
    show: 'lineage',
    sort: { filter_patterns: 'objective', grad_cam: 'order' },
    captures: ready(answers.capturesAnswer(heads, [answers.layerHead('a', 2, { kind, stream: kind })])),
    layerAnswer: ready(answers.layerAnswer(kind, captures)),
    ...more,
  };
}

const sheet = { get: () => ({ bitmap: { width: 64, height: 48 } }) };
const shown = (state) => ofClass(nodesOf(state, sheet), 'item').map(({ children }) => children[0].children.length);
const pressed = (nodes, words) =>
  nodes.filter(({ tag, props }) => tag === 'button' && props['aria-pressed'] === 'true').map(({ children }) => text(children)).includes(words);

test('the lineage of filters has each twice, the most rewritten first', () => {
  const state = filterState(true);
  assert.deepEqual(shown(state), [2, 2, 2]);
  assert.deepEqual(patterns(state).rows.map(({ key }) => key), ['1', '2', '3']);
  assert.equal(isLineageShown(state), true);
});

test('where no pool says what became of filters an address of lineage shows the grid', () => {
  const [asked, plain] = [filterState(false), filterState(false, { show: 'grid' })];
  assert.deepEqual(shown(asked), [1, 1, 1]);
  assert.deepEqual(patterns(asked).rows, patterns(plain).rows);
  assert.deepEqual(grid(asked, patterns(asked)), grid(plain, patterns(plain)));
  const nodes = nodesOf(asked, sheet);
  assert.ok(pressed(nodes, 'Grid'));
  assert.doesNotMatch(text(nodes), /Lineage/);
});
