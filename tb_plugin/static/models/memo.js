// @ts-check
/**
 * Remembers the last result of a pure function, for the same arguments.
 * @template {unknown[]} A
 * @template R
 * @param {(...values: A) => R} compute
 * @returns {(...values: A) => R}
 */
export function memo(compute) {
  /** @type {A | null} */
  let last = null;
  /** @type {R} */
  let result;
  return (...values) => {
    const before = last;
    if (before && values.every((value, i) => Object.is(value, before[i]))) return result;
    result = compute(...values);
    last = values;
    return result;
  };
}
