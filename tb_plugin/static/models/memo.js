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

/**
 * Remembers the last result for each object, as long as the object lives.
 * @template {object} O
 * @template {unknown[]} A
 * @template R
 * @param {(object: O, ...rest: A) => R} compute
 * @returns {(object: O, ...rest: A) => R}
 */
export function perObject(compute) {
  /** @type {WeakMap<O, (object: O, ...rest: A) => R>} */
  const known = new WeakMap();
  return (object, ...rest) => {
    const ofObject = known.get(object) ?? memo(compute);
    known.set(object, ofObject);
    return ofObject(object, ...rest);
  };
}
