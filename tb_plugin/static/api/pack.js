// @ts-check
/**
 * Reads a pack (http_api.md): a header and the bytes of pictures in one answer.
 *
 * | bytes  | meaning                                            |
 * |--------|----------------------------------------------------|
 * | 0-3    | `KVP1`                                             |
 * | 4-7    | N, length of the header, uint32, little-endian     |
 * | 8-8+N  | header, JSON with `entries`                        |
 * | 8+N-   | the pictures; each `offset` counts from here       |
 */

const MAGIC = 'KVP1';

/** The answer is not a complete pack. */
export class PackError extends Error {}

/**
 * @param {ArrayBuffer} buffer
 * @returns {{header: any, body: Uint8Array}} The body shares the buffer.
 * @throws {PackError}
 */
export function decodePack(buffer) {
  const bytes = new Uint8Array(buffer);
  if (bytes.length < 8 || text(bytes.subarray(0, 4)) !== MAGIC) {
    throw new PackError('The response is not a pack of pictures.');
  }
  const length = new DataView(buffer).getUint32(4, true);
  if (8 + length > bytes.length) throw new PackError('The pack ends inside its header.');
  return { header: parsed(text(bytes.subarray(8, 8 + length))), body: bytes.subarray(8 + length) };
}

/**
 * Bytes of one entry; null if it has none.
 * @param {Uint8Array} body
 * @param {{offset?: unknown, length?: unknown}} entry
 * @returns {Uint8Array | null}
 * @throws {PackError} The entry points outside the pack.
 */
export function entryBytes(body, entry) {
  const { offset, length } = entry;
  if (offset === undefined || length === undefined) return null;
  if (!isCount(offset) || !isCount(length) || offset + length > body.length) {
    throw new PackError('A picture lies outside its pack: the response is corrupt.');
  }
  return body.subarray(offset, offset + length);
}

/** @param {Uint8Array} bytes */
const text = (bytes) => new TextDecoder().decode(bytes);

/**
 * @param {unknown} value
 * @returns {value is number}
 */
const isCount = (value) => Number.isSafeInteger(value) && Number(value) >= 0;

/** @param {string} json */
function parsed(json) {
  /** @type {unknown} */
  let header;
  try {
    header = JSON.parse(json);
  } catch {
    throw new PackError('The header of the pack is not JSON.');
  }
  const entries = header && /** @type {{entries?: unknown}} */ (header).entries;
  if (!Array.isArray(entries)) throw new PackError('The header of the pack has no entries.');
  return header;
}
