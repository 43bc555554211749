// @ts-check
import { el } from '../../dom/el.js';
import { FULL_TIMES_EVEN, meanCount } from '../../models/mean_rows.js';
import { meanLook } from '../../painting/looks.js';
import { className, counted } from '../../models/words.js';
import { largeBox } from '../detail/large.js';
import { fact } from '../parts/controls.js';
import { detail } from '../detail/detail.js';
import { imagesOf } from '../parts/images.js';
import { picture } from '../parts/picture.js';

/**
 * The mean heatmap of a class, large.
 * @param {import('../../state/state.js').State} state
 * @param {import('../../models/maps.js').MapColumn} column
 * @param {number} meanClass
 * @param {{pictures: import('../../pictures/pictures.js').Pictures, aspect: number}} how
 * @param {import('../../state/actions.js').Actions} actions
 */
export function meanDetail(state, column, meanClass, { pictures, aspect }, actions) {
  const box = largeBox(state, aspect);
  const count = meanCount(column, meanClass);
  const style = { '--tile': `${box.width}px`, '--tile-height': `${box.height}px` };
  const content = [
    el('div', { class: 'large', style }, picture(meanLook(meanClass, column, pictures, state, box))),
    el(
      'p',
      { class: 'hint' },
      'What the heatmaps of this class have in common: each is divided by its sum, then they ' +
        'are averaged. Bright in the same place for all means that place decides, whatever ' +
        'the image shows.',
    ),
    el(
      'dl',
      { class: 'facts' },
      fact('Mean of', counted(count, 'image')),
      fact(
        'Full colour',
        state.scale === 'run' ? `${FULL_TIMES_EVEN} times an even map` : 'its own largest value',
      ),
      fact('Capture', column.tick.title),
    ),
  ];
  const title = `Mean heatmap: ${className(imagesOf(state).names, meanClass)}`;
  return detail(title, column.capture.record.path, { content, pin: null, box }, actions);
}
