// @ts-check
/** What the search box finds: runs, layers, filters and images that match the query. */

import { topClass } from '../models/exemplars.js';
import { shortener } from '../models/maps.js';
import { search } from '../models/search.js';
import { className, name, percent, spelled } from '../models/words.js';
import { compared, presentPlace } from './lanes.js';
import { columnIndex, maps, overviewOf, patterns } from './select.js';

/** @typedef {import('./state.js').State} State */

/**
 * @param {State} state
 * @returns {{hits: import('../models/search.js').Hit[], at: number}} With the marked one's place.
 */
export function found(state) {
  const hits = state.query === null ? [] : search(state.query, knownTo(state));
  return { hits, at: Math.min(state.hit, hits.length - 1) };
}

/**
 * Everything that a search may find now.
 * @param {State} state
 * @returns {import('../models/search.js').Known}
 */
function knownTo(state) {
  const layers = state.captures?.value?.layers ?? [];
  const heads = layers.filter(({ kind }) => kind === 'filter_patterns');
  const path = state.layer.filter_patterns ?? heads.at(-1)?.path ?? null;
  const mapHeads = layers.filter(({ kind }) => kind === 'grad_cam');
  const record = state.heldOut?.value?.record;
  const short = shortener((record?.images ?? []).map(({ hash }) => hash));
  const names = record?.class_names ?? [];
  const said = outcomesOf(state).map(({ run, outcome }) => ({ run, words: predictions(outcome, names) }));
  return {
    runs: (state.runs?.value?.runs ?? []).map(({ run }) => run),
    layers,
    statuses: statusesOf(state),
    filters: filtersOf(state),
    filterPath: path,
    images: (record?.images ?? []).flatMap((image) => {
      const item = { key: short(image.hash), title: name(image.name) };
      const about = (/** @type {(string | undefined)[]} */ ...words) =>
        [className(names, image.label), ...words].filter(Boolean).join(' · ');
      const [own, ...others] = said.map(({ run, words }) => ({ run, words: words.get(image.hash) }));
      const known = others.filter(({ words }) => words);
      return [
        { ...item, words: about(own?.words) },
        ...known.map(({ run, words }) => ({ ...item, words: about(words, `in ${name(run)}`) })),
      ];
    }),
    outputs: [...new Set(outcomesOf(state).flatMap(({ outcome }) => outcome.output || []))],
    hasPredictions: said.length > 0 || !mapHeads.length,
    imagePath: state.layer.grad_cam ?? mapHeads.at(-1)?.path ?? null,
  };
}

/**
 * What each run that is shown predicts at the present capture, the chosen run first; none
 * where another view knows it.
 * @param {State} state
 * @returns {{run: string, outcome: import('../api/types.js').Outcome}[]}
 */
function outcomesOf(state) {
  const own = maps(state);
  if (!own) return [];
  const beside = state.view === 'compare' ? compared(state) : null;
  const { of } = beside?.columns[presentPlace(state, beside)] ?? { of: [columnIndex(state, own)] };
  const lanes = beside?.lanes ?? [{ run: state.run ?? '', model: own }];
  return lanes.flatMap(({ run, model }, lane) => {
    const outcome = model.columns[of[lane]]?.capture.outcome;
    return outcome ? [{ run, outcome }] : [];
  });
}

/**
 * @param {import('../api/types.js').Outcome} outcome
 * @param {string[]} names Of the classes.
 */
function predictions(outcome, names) {
  /** @type {Map<string, string>} */
  const words = new Map();
  outcome.images.forEach((hash, i) => {
    const { prediction, correct } = outcome;
    if (prediction[i] === null) return;
    const isRight = correct[i] === null ? '' : correct[i] ? ', right' : ', wrong';
    words.set(hash, `predicted ${className(names, prediction[i])}${isRight}`);
  });
  return words;
}

/**
 * How many filters of each layer are not live, by status.
 * @param {State} state
 */
const statusesOf = (state) =>
  (overviewOf(state)?.answer.layers ?? [])
    .filter(({ kind }) => kind === 'filter_patterns')
    .flatMap(({ path, status }) =>
      Object.entries(status.at(-1) ?? {})
        .filter(([word, count]) => word !== 'live' && count > 0)
        .map(([word, count]) => ({ path, status: word, words: spelled(word), count })),
    );

/** @param {State} state */
function filtersOf(state) {
  const model = patterns(state);
  if (!model) return null;
  const now = model.columns[columnIndex(state, model)];
  return model.allRows.map((row) => {
    const top = topClass(model, row, now);
    const status = model.latest(row, now)?.cell.status ?? '';
    const words = [status !== 'live' && spelled(status), top && `${name(top.name)} ${percent(top.share)}`];
    const title = [`filter ${row.key}`, ...words].filter(Boolean).join(' · ');
    return { key: row.key, title, words: `#${row.key} ${status}` };
  });
}
