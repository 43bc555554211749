// @ts-check
/** A question in, its answer in the state out; one that comes late is dropped. */

/** @typedef {import('../state/state.js').State} State */
/** @typedef {'runs' | 'captures' | 'layerAnswer' | 'heldOut' | 'overview'} Slot */

/**
 * Ask once per subject and reading of the log; meanwhile the answer of an earlier
 * reading stays.
 * @param {import('../state/store.js').Store<State>} store
 * @param {Slot} slot
 * @param {string} subject
 * @param {() => Promise<any>} fetchIt
 */
export async function asked(store, slot, subject, fetchIt) {
  const { reading, [slot]: before } = store.get();
  if (before?.subject === subject && before.reading === reading) return;
  const value = before?.subject === subject ? before.value : null;
  const question = { subject, reading, message: '' };
  store.set({ [slot]: { ...question, status: 'loading', value } });
  const isLate = () => {
    const now = store.get()[slot];
    return now?.subject !== subject || now.reading !== reading;
  };
  try {
    const answer = await fetchIt();
    if (!isLate()) store.set({ [slot]: { ...question, status: 'ready', value: answer } });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!isLate()) store.set({ [slot]: { ...question, status: 'failed', value, message } });
  }
}
