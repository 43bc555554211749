import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { arrangedPatterns } from '../../../tb_plugin/static/models/arrange.js';
import { ticksOf } from '../../../tb_plugin/static/models/axis.js';
import { fateOf, fates, hasLineage, KEPT, REWRITTEN } from '../../../tb_plugin/static/models/exemplars.js';
import { patternModel } from '../../../tb_plugin/static/models/patterns.js';
import { captureHead, layerAnswer, patternCapture } from '../answers.js';

/** Two captures; in the second the filters correlate so with the first. */
function modelOf(correlations) {
  const captures = [0, 1].map((index) => {
    const capture = patternCapture(index, [3, 4, 5]);
    const measures = { ...capture.record.measures };
    if (correlations) measures.response_correlation_baseline = index ? correlations : [null, null, null];
    return { ...capture, record: { ...capture.record, measures } };
  });
  const heads = [0, 1].map((index) => captureHead(index, { kind: 'filter_patterns', stream: 'filter_patterns' }));
  return patternModel(layerAnswer('filter_patterns', captures), ticksOf(heads));
}

test('a filter kept its meaning, changed, was rewritten, or nobody knows', () => {
  assert.deepEqual([1, 0.8, 0.79, 0.5, 0.49, -1, null].map(fateOf), [
    'kept', 'kept', 'changed', 'changed', 'rewritten', 'rewritten', 'unknown',
  ]);
});

test('thresholds are those of the findings', () => {
  const python = readFileSync(new URL('../../../tb_plugin/findings/lineage.py', import.meta.url), 'utf8');
  const value = (name) => Number(new RegExp(`^${name} = ([0-9.]+)`, 'm').exec(python)?.[1]);
  assert.deepEqual([KEPT, REWRITTEN], [value('KEPT'), value('REWRITTEN')]);
});

test('fates of all filters are counted at a capture', () => {
  const model = modelOf([0.9, 0.1, null]);
  assert.ok(hasLineage(model) && !hasLineage(modelOf(null)));
  assert.deepEqual(fates(model, model.columns[1]), [
    ['kept', 1],
    ['changed', 0],
    ['rewritten', 1],
    ['unknown', 1],
  ]);
});

test('what was rewritten comes first, what is not known last', () => {
  const arranged = arrangedPatterns(modelOf([0.9, 0.1, null]), 'kept', [], [], 1);
  assert.deepEqual(
    arranged.rows.map(({ filter }) => filter),
    [4, 3, 5],
  );
});
