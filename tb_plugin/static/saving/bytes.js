// @ts-check
/** Bytes of a file, put together from parts. */

/** @param {readonly ArrayLike<number>[]} parts */
export function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
