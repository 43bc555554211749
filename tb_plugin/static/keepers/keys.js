// @ts-check
/**
 * Turns keys into actions.
 *
 * A control that has a use for a key keeps it. In the matrix, Enter opens the row that
 * the state has as its cursor: the focus follows the state only with the next frame.
 */

/** @typedef {import('../state/actions.js').Actions} Actions */
/** @typedef {Record<string, () => void>} Keys */

const FIELDS = 'input, select, textarea';
const PRESSED_BY_SPACE = 'button, summary';
export const CELLS = '[role="gridcell"], [role="option"]';

/** Focus the search box. */
const findBox = () =>
  /** @type {HTMLElement | null} */ (document.querySelector('.find-box'))?.focus();

/**
 * @param {Actions} actions
 * @param {() => boolean} hasOpen Whether the details of a row are open.
 */
export function listenToKeys(actions, hasOpen) {
  /** @type {Keys} */
  const ofTime = {
    ArrowLeft: () => actions.move(-1),
    ArrowRight: () => actions.move(1),
    Home: actions.goToStart,
    End: actions.goToEnd,
    '[': () => actions.beginRange(),
    ']': () => actions.endRange(),
    '\\': actions.wholeRun,
  };
  /** @type {Keys} */
  const ofRows = { ArrowUp: () => actions.moveRow(-1), ArrowDown: () => actions.moveRow(1) };
  /** @param {Element} target */
  function keysAt(target) {
    /** @type {Keys} */
    const always = { Escape: actions.escape };
    const anywhere = {
      '/': findBox,
      '?': actions.toggleKeys,
      f: actions.toggleFull,
      o: () => actions.setScreen({ isBare: true }),
      '+': () => actions.zoomBy(1),
      '-': () => actions.zoomBy(-1),
    };
    if (target.matches(FIELDS)) return always;
    const isCell = target.matches(CELLS);
    const isFree = isCell || !target.matches(PRESSED_BY_SPACE);
    return {
      ...always,
      ...anywhere,
      ...ofTime,
      ...((isCell || hasOpen()) && ofRows),
      ...(isCell && { Enter: actions.openCursor, x: actions.toggleCursor }),
      ...(isFree && { ' ': actions.togglePlay }),
    };
  }
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keysAt(/** @type {Element} */ (event.target))[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  const showHeatmaps = () => actions.setScreen({ isBare: false });
  addEventListener('blur', showHeatmaps); // the key comes up elsewhere
  addEventListener('keyup', (event) => {
    if (event.key.toLowerCase() === 'o') showHeatmaps();
    // A cell is a button, which Firefox presses when the key comes up.
    const isCell = /** @type {Element} */ (event.target).matches(CELLS);
    if (event.key === ' ' && isCell) event.preventDefault();
  });
}
