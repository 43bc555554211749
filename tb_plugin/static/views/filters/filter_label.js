// @ts-check
import { drawnHow, number } from '../../models/words.js';

/** @typedef {import('../../models/patterns.js').PatternRow} PatternRow */
/** @typedef {import('../../models/patterns.js').PatternColumn} PatternColumn */
/** @typedef {import('../../models/patterns.js').PatternCell} PatternCell */

/**
 * What a screen reader says of a filter's tile.
 * @param {PatternRow} row
 * @param {PatternColumn} column
 * @param {PatternCell | null} cell
 * @param {string} word
 */
export const filterLabel = ({ filter }, { tick }, cell, word) =>
  [
    `filter ${filter}`,
    tick.title,
    cell && `objective ${number(cell.objective)}`,
    cell && cell.origin !== 'fresh' && drawnHow(cell.origin, cell.originStep),
    word,
  ]
    .filter(Boolean)
    .join(', ');
