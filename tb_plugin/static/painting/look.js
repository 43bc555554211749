// @ts-check
/** What a tile shows: a drawing, a mark, a word; and what all kinds have in common. */

import { spelled } from '../models/words.js';

/** @typedef {import('./paint.js').Drawing} Drawing */

/**
 * @typedef {object} Look
 * @property {Drawing | null} drawing
 * @property {'' | 'loading' | 'missing' | 'marked'} mark Missing and marked are hatched.
 * @property {string} word What a person reads on the tile.
 */

/** @type {Look} */
export const LOADING = { drawing: null, mark: 'loading', word: '' };
const PLAIN_STATUS = ['live', 'ok'];

/** @param {import('./paint.js').Box} box */
export const sizeOf = ({ width, height }) => `${width}x${height}`;

/** @param {string} word @returns {Look} */
export const missing = (word) => ({ drawing: null, mark: 'missing', word });

/**
 * @param {string} status
 * @returns {Pick<Look, 'mark' | 'word'>}
 */
export const markOf = (status) =>
  PLAIN_STATUS.includes(status)
    ? { mark: '', word: '' }
    : { mark: 'marked', word: spelled(status) };
