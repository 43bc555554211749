// @ts-check
import { el } from '../../dom/el.js';
import { otherRuns } from '../../state/lanes.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../state/actions.js').Actions} Actions */

/**
 * What failed, in sentences, and a way to try again. What was read before stays
 * on the page.
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
