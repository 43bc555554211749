// @ts-check
/** Keys in, actions out. A control that has a use for a key keeps it. */

/** @typedef {import('./actions.js').Actions} Actions */

const OWN_KEYS = ['INPUT', 'SELECT', 'TEXTAREA'];

/**
 * @param {Actions} actions
 * @param {() => boolean} hasRow Whether a row is at hand to move from.
 */
export function listenToKeys(actions, hasRow) {
  /** @type {Record<string, () => void>} */
  const always = { Escape: actions.escape };
  /** @type {Record<string, () => void>} */
  const ofTime = {
    ArrowLeft: () => actions.move(-1),
    ArrowRight: () => actions.move(1),
    Home: actions.goToStart,
    End: actions.goToEnd,
  };
  /** @type {Record<string, () => void>} */
  const ofRows = { ArrowUp: () => actions.moveRow(-1), ArrowDown: () => actions.moveRow(1) };
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = /** @type {Element} */ (event.target);
    const isControl = OWN_KEYS.includes(target.nodeName);
    const act =
      always[event.key] ??
      (isControl ? undefined : ofTime[event.key]) ??
      (isControl || !hasRow() ? undefined : ofRows[event.key]) ??
      (event.key === ' ' && !isControl && target.nodeName !== 'BUTTON' && !target.closest('summary')
        ? actions.togglePlay
        : undefined);
    if (!act) return;
    event.preventDefault();
    act();
  });
}
