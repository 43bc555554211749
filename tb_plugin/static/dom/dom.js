// @ts-check
/**
 * A view describes what should be seen (`el.js`); `patch` makes a node look so.
 * Nodes stay where the description is the same, so focus, scrolling and canvases
 * outlive a redraw. Text becomes text nodes and nothing else: no string out of a
 * log is ever parsed as markup.
 */

import { setLast, setProps } from './dom_props.js';

/** @typedef {import('./el.js').VNode} VNode */

const SVG = 'http://www.w3.org/2000/svg';

/** @type {WeakMap<Node, VNode>} */
const drawn = new WeakMap();

/**
 * Make the children of `parent` look as described.
 * @param {Element} parent
 * @param {(VNode | string)[]} children
 */
export function patch(parent, children) {
  if (!isSameRow(parent, children)) return rearrange(parent, children);
  let node = parent.firstChild;
  for (const child of children) {
    const next = /** @type {ChildNode} */ (node).nextSibling;
    placed(parent, child, /** @type {ChildNode} */ (node));
    node = next;
  }
}

/**
 * Whether each child is there already, in its place: mostly so, and far cheaper.
 * @param {Element} parent
 * @param {(VNode | string)[]} children
 */
function isSameRow(parent, children) {
  let node = parent.firstChild;
  for (const child of children) {
    if (!node) return false;
    const before = drawn.get(node);
    const isSame =
      typeof child === 'string'
        ? node.nodeType === Node.TEXT_NODE
        : before === child || (before?.tag === child.tag && before.props.key === child.props.key);
    if (!isSame) return false;
    node = node.nextSibling;
  }
  return node === null;
}

/**
 * @param {Element} parent
 * @param {(VNode | string)[]} children
 */
function rearrange(parent, children) {
  const old = [...parent.childNodes];
  const byKey = new Map(old.filter((node) => keyOf(node)).map((node) => [keyOf(node), node]));
  const free = old.filter((node) => !keyOf(node));
  const taken = children.map((child) => takeNode(child, byKey, free));
  // What goes, goes first: then what stays stands in its place and is not moved.
  const kept = new Set(taken);
  for (const node of old) if (!kept.has(node)) node.remove();
  let place = parent.firstChild;
  children.forEach((child, i) => {
    const before = taken[i];
    const node = placed(parent, child, before);
    if (before && before !== node) before.replaceWith(node);
    if (before === place || node === place) place = node.nextSibling;
    else parent.insertBefore(node, place);
  });
}

/** @param {Node} node */
const keyOf = (node) => drawn.get(node)?.props.key;

/**
 * The old node that can become `child`, if any.
 * @param {VNode | string} child
 * @param {Map<unknown, ChildNode>} byKey
 * @param {ChildNode[]} free Those without a key, in order; the one taken leaves.
 */
function takeNode(child, byKey, free) {
  const isText = typeof child === 'string';
  if (!isText && child.props.key) return byKey.get(child.props.key);
  const tag = isText ? '#text' : child.tag;
  const at = free.findIndex((node) => node.nodeName.toLowerCase() === tag.toLowerCase());
  return at < 0 ? undefined : free.splice(at, 1)[0];
}

/**
 * @param {Element} parent
 * @param {VNode | string} child
 * @param {ChildNode | undefined} old
 * @returns {ChildNode}
 */
function placed(parent, child, old) {
  if (typeof child === 'string') {
    if (!old) return document.createTextNode(child);
    if (old.nodeValue !== child) old.nodeValue = child;
    return old;
  }
  const isSame = old && old.nodeName.toLowerCase() === child.tag.toLowerCase();
  const node = /** @type {HTMLElement | SVGElement} */ (isSame ? old : created(parent, child.tag));
  const before = drawn.get(node);
  if (before === child) return node;
  drawn.set(node, child);
  setProps(node, before?.props ?? {}, child.props);
  if (child.children.length || before?.children.length) patch(node, child.children);
  setLast(node, child.props);
  return node;
}

/**
 * @param {Element} parent
 * @param {string} tag
 */
function created(parent, tag) {
  const isSvg = tag === 'svg' || (parent.namespaceURI === SVG && tag !== 'foreignObject');
  return isSvg ? document.createElementNS(SVG, tag) : document.createElement(tag);
}
