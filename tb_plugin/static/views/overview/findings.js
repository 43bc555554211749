// @ts-check
/** The findings: sentences, each a link to the place where it can be seen. */

import { el } from '../../dom/el.js';
import { momentOf, name } from '../../models/words.js';
import { tileLook } from '../../painting/finding_look.js';
import { ticks } from '../../state/select.js';
import { imagesOf, picture } from '../parts/picture.js';

/** @typedef {import('../../state/state.js').State} State */
/** @typedef {import('../../state/actions.js').Actions} Actions */
/** @typedef {import('../../api/types.js').Finding} Finding */
/** @typedef {import('../../pictures/pictures.js').Pictures} Pictures */

const BOX = { width: 68, height: 68 };
const MAX_NAMED = 3;
const TONES = { good: 'Better', bad: 'Warning', news: 'Change', care: 'Check' };

/**
 * Findings as sentences; a click on one opens the evidence.
 * @param {State} state
 * @param {import('../../models/overview.js').OverviewModel} model
 * @param {Pictures} pictures
 * @param {Actions} actions
 */
export const findings = (state, model, pictures, actions) =>
  el(
    'section',
    { class: 'findings', 'aria-label': 'What to look at first' },
    el('h2', null, 'What to look at first'),
    el(
      'ol',
      null,
      model.answer.findings.map((finding) => entry(state, finding, pictures, actions)),
    ),
    model.answer.findings.length === 0 && nothing(state),
  );

/** @param {State} state */
const nothing = (state) =>
  el(
    'p',
    { class: 'hint' },
    ticks(state).length < 2
      ? 'Only one capture so far; changes are reported from the second on.'
      : 'Nothing stands out: no change above the noise floor, no dead filters, ' +
          'predictions unchanged since the baseline.',
  );

/**
 * @param {State} state
 * @param {Finding} finding
 * @param {Pictures} pictures
 * @param {Actions} actions
 */
const entry = (state, finding, pictures, actions) =>
  el(
    'li',
    { key: `${finding.stream} ${finding.path} ${finding.title}` },
    el(
      'button',
      {
        class: `finding ${finding.tone}`,
        type: 'button',
        title: `Show it: ${name(finding.path)}`,
        onclick: () => actions.visitPlace(finding),
      },
      el(
        'span',
        { class: 'told' },
        el('b', null, el('span', { class: 'visually-hidden' }, `${TONES[finding.tone]}: `), title(state, finding)),
        el('span', null, finding.text.slice(0, 400)),
      ),
      finding.tiles.length === 2 && tiles(state, finding, pictures),
    ),
  );

/**
 * The title, with the images that it is about, by their names.
 * @param {State} state
 * @param {Finding} finding
 */
function title(state, { title: words, images }) {
  const { records } = imagesOf(state);
  if (images.length > MAX_NAMED) return `${images.length} images: ${words.slice(0, 300)}`;
  const names = images.map((hash) => {
    const given = records.get(hash)?.name || hash.slice(0, 8);
    return /^\d+$/.test(given) ? `#${given}` : name(given);
  });
  return names.length ? `${names.join(', ')}: ${words.slice(0, 300)}` : words.slice(0, 300);
}

/**
 * Before and after.
 * @param {State} state
 * @param {Finding} finding
 * @param {Pictures} pictures
 */
function tiles(state, finding, pictures) {
  const axis = ticks(state);
  const top = Math.max(...finding.tiles.map((tile) => tile.maximum ?? 0));
  return el(
    'span',
    { class: 'before-after' },
    finding.tiles.map((tile, i) => {
      const tick = axis.find(({ step }) => step === tile.step);
      return [
        i > 0 && el('i', { class: 'arrow', 'aria-hidden': 'true' }, '→'),
        el(
          'span',
          { class: 'moment-of' },
          picture(tileLook(state, finding, tile, { pictures, box: BOX, top })),
          el('small', null, tick ? momentOf(tick) : ''),
        ),
      ];
    }),
  );
}
