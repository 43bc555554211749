// @ts-check
/**
 * Fetches the pictures that a view wants, in packs, and keeps them within a bound.
 *
 * What is wanted most comes first, in a small pack, and the first packs do not wait
 * for later ones under way. The key of a picture names everything that it depends on,
 * so an answer that comes late is never taken for another.
 */

import { Cache } from './cache.js';
import { decodePicture } from './decode.js';

/** @typedef {import('./decode.js').Picture} Picture */
/** @typedef {import('../api/types.js').PictureEntry} PictureEntry */
/** @typedef {import('../api/types.js').PictureLayer} PictureLayer */
/** @typedef {import('../models/axis.js').PictureKey} PictureKey */

/** @typedef {{header: {entries: PictureEntry[]}, body: Uint8Array}} Pack */
/** @typedef {(layer: PictureLayer, steps: number[], versions: string[]) => Promise<Pack>} FetchPictures */

const MAX_BYTES = 192 * 2 ** 20;
const MAX_REQUESTS = 4;
const MAX_LATER = 2; // of these at once
const NUM_FIRST = 3; // packs, of about what is in sight

export class Pictures {
  /** @type {Cache<Picture>} */
  #cache = new Cache(MAX_BYTES, (picture) => 'bitmap' in picture && picture.bitmap.close());
  /** @type {Map<string, 'asked' | 'failed'>} */
  #pending = new Map();
  /** @type {{layer: PictureLayer, keys: PictureKey[], isFirst: boolean}[]} */
  #queue = [];
  #numRequests = 0;

  /**
   * @param {FetchPictures} fetchPictures
   * @param {(trouble: string) => void} onArrival Told after each answer; the
   *   sentence says what failed, if anything.
   */
  constructor(fetchPictures, onArrival) {
    this.fetchPictures = fetchPictures;
    this.onArrival = onArrival;
  }

  /**
   * The picture, if it is here.
   * @param {PictureKey} key
   */
  get({ key }) {
    return this.#cache.get(key);
  }

  /**
   * Fetch what is not here; earlier wishes that were not requested yet are dropped.
   * @param {{layer: PictureLayer, keys: PictureKey[]}[]} wanted The most wanted first.
   */
  want(wanted) {
    const share = MAX_BYTES / 2 / Math.max(1, wanted.length);
    this.#queue = wanted.flatMap(({ layer, keys }) =>
      packs(this.#missing(affordable(keys, share))).map((each, i) => ({
        layer,
        keys: each,
        isFirst: i < NUM_FIRST,
      })),
    );
    this.#next();
  }

  /** @param {PictureKey[]} keys */
  #missing(keys) {
    for (const { key } of keys) this.#cache.touch(key);
    return keys.filter(({ key }) => !this.#cache.get(key) && !this.#pending.has(key));
  }

  /**
   * Resolve once these are here, or have failed.
   * @param {PictureLayer} layer
   * @param {PictureKey[]} keys Not more than a pack.
   */
  async fetched(layer, keys) {
    const missing = keys.filter((key) => !this.get(key));
    if (!missing.length) return;
    this.#numRequests += 1;
    await this.#ask(layer, missing);
  }

  /** Allow what failed to be requested again. */
  forgive() {
    for (const [key, state] of this.#pending) {
      if (state === 'failed') this.#pending.delete(key);
    }
  }

  #next() {
    while (this.#queue.length) {
      const limit = this.#queue[0].isFirst ? MAX_REQUESTS : MAX_LATER;
      if (this.#numRequests >= limit) return;
      const [request] = this.#queue.splice(0, 1);
      this.#numRequests += 1;
      for (const { key } of request.keys) this.#pending.set(key, 'asked');
      void this.#ask(request.layer, request.keys);
    }
  }

  /**
   * @param {PictureLayer} layer
   * @param {PictureKey[]} keys
   */
  async #ask(layer, keys) {
    let trouble = '';
    try {
      const steps = keys.map((key) => key.step);
      const pack = await this.fetchPictures(
        layer,
        steps,
        keys.map((key) => key.version),
      );
      await Promise.all(keys.map((key, i) => this.#keep(layer, key, pack, i)));
      for (const { key } of keys) this.#pending.delete(key);
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error);
      for (const { key } of keys) this.#pending.set(key, 'failed');
    }
    this.#numRequests -= 1;
    this.onArrival(trouble);
    this.#next();
  }

  /**
   * @param {PictureLayer} layer
   * @param {PictureKey} key
   * @param {Pack} pack
   * @param {number} i
   */
  async #keep(layer, key, { header: { entries }, body }, i) {
    const entry = entries[i] ?? { fault: 'The response lacks this picture.' };
    // The first always fits: what is left out is asked for again, alone in the end.
    if (entry.left_out && i > 0) return;
    const picture = await decodePicture(layer.kind, body, entry);
    const cost = 'bitmap' in picture ? 4 * picture.bitmap.width * picture.bitmap.height : key.cost;
    this.#cache.put(key.key, picture, cost);
  }
}

export const PACK_STEPS = 16;
const FIRST_STEPS = 4;

/**
 * As many of the first keys as fit into the cost; at least one.
 * @param {PictureKey[]} keys
 * @param {number} maxCost
 */
function affordable(keys, maxCost) {
  let cost = 0;
  return keys.filter((key, i) => (cost += key.cost) <= maxCost || i === 0);
}

/**
 * @template T
 * @param {T[]} items
 */
function packs(items) {
  const found = items.length ? [items.slice(0, FIRST_STEPS)] : [];
  for (let from = FIRST_STEPS; from < items.length; from += PACK_STEPS) {
    found.push(items.slice(from, from + PACK_STEPS));
  }
  return found;
}
