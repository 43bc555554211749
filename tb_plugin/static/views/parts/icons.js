// @ts-check
import { el } from '../../dom/el.js';

/** @param {string} d */
const icon = (d) =>
  el('svg', { class: 'icon', viewBox: '0 0 16 16', 'aria-hidden': 'true' }, el('path', { d }));

export const playIcon = icon('M4 2.5v11l9-5.5z');
export const pauseIcon = icon('M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z');
export const closeIcon = icon(
  'M3.3 4.7 4.7 3.3 8 6.6l3.3-3.3 1.4 1.4L9.4 8l3.3 3.3-1.4 1.4L8 9.4l-3.3 3.3-1.4-1.4L6.6 8z',
);
export const menuIcon = icon('M2 3.5h12v1.6H2zM2 7.2h12v1.6H2zM2 10.9h12v1.6H2z');
