// @ts-check
/** What stands in place of pictures while there are none, and the notice of failures. */

import { el } from '../../dom/el.js';
import { counted, name } from '../../models/words.js';
import { otherRuns } from '../../state/lanes.js';
import { kindOf } from '../../state/state.js';

/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../dom/el.js').Child} Child */
/** @typedef {import('../../state/state.js').State} State */

/**
 * What is shown in place of the matrix while there is none, and why.
 * @param {State} state
 */
export function empty(state) {
  const { runs, captures, layerAnswer } = state;
  if (isComing(runs) || isComing(captures) || isComing(layerAnswer)) return loading(state);
  if (runs?.status === 'failed' && !runs.value) return message('Nothing could be read', []);
  if (runs?.value && !runs.value.runs.length)
    return message('No captures in this log', howTo());
  if (captures?.value && !captures.value.captures.length) {
    return message('No capture of this run could be read', faults(state));
  }
  if (!captures?.value) return message('', []);
  const kind = kindOf(state);
  const path = state.layer[kind];
  const what = kind === 'filter_patterns' ? 'filter patterns' : 'heatmaps';
  if (path !== null && captures.value.layers.some((layer) => layer.kind === kind)) {
    return message(
      `This run has no ${what} of ${name(path)}`,
      el('p', null, 'Choose one of its layers in the list.'),
    );
  }
  return message(`This run has no ${what}`, howTo());
}

/**
 * A loading message, with progress if it is known.
 * @param {State} state
 */
function loading({ progress }) {
  if (!progress) return el('p', { class: 'empty', role: 'status' }, 'Reading the log…');
  const { stream, num_read: read, num_records: all } = progress;
  return el(
    'div',
    { class: 'empty', key: 'progress' },
    el(
      'label',
      null,
      `Reading ${name(stream)}: ${read} of ${counted(all, 'capture')}`,
      el('progress', { max: String(Math.max(1, all)), value: String(read) }),
    ),
  );
}

/** @param {{status: string, value: unknown} | null} loaded */
const isComing = (loaded) => loaded?.status === 'loading' && !loaded.value;

/**
 * @param {string} title
 * @param {Child} content
 */
const message = (title, content) => el('div', { class: 'empty' }, el('h2', null, title), content);

const MAX_FAULTS = 8;

const HOW_TO =
  'from kerasviz_callbacks import KerasViz\n\n' +
  'model.fit(…, callbacks=[KerasViz(log_dir, images, labels)])';

const howTo = () => [el('p', null, 'Add the callback to your training:'), el('pre', null, HOW_TO)];

/**
 * What is wrong, each thing once: a log of another schema repeats it in every record.
 * @param {State} state
 */
function faults(state) {
  /** @type {Map<string, import('../../api/types.js').Fault[]>} */
  const alike = new Map();
  for (const fault of state.captures?.value?.faults ?? []) {
    const key = JSON.stringify([fault.tag, fault.message]);
    const before = alike.get(key);
    if (before) before.push(fault);
    else alike.set(key, [fault]);
  }
  return [...alike.values()]
    .slice(0, MAX_FAULTS)
    .map((all) =>
      el(
        'p',
        null,
        el('strong', null, all[0].tag.slice(0, 160)),
        ` ${all[0].message.slice(0, 600)}`,
        all.length > 1 && ` (${counted(all.length, 'record')})`,
      ),
    );
}

/**
 * What failed, in sentences, and a button to try again. What was read before stays on
 * the page.
 * @param {State} state
 * @param {Actions} actions
 */
export function notice(state, actions) {
  const others = otherRuns(state).flatMap((run) => Object.values(state.others[run] ?? {}));
  const messages = new Set(
    [state.runs, state.captures, state.layerAnswer, state.heldOut, state.overview, ...others]
      .filter((loaded) => loaded?.status === 'failed')
      .map((loaded) => loaded?.message ?? ''),
  );
  if (state.trouble) messages.add(state.trouble);
  if (!messages.size) return null;
  return el(
    'div',
    { class: 'notice', role: 'alert' },
    [...messages].map((message) => el('span', null, message)),
    el('button', { type: 'button', class: 'retry', onclick: actions.readAgain }, 'Try again'),
  );
}
