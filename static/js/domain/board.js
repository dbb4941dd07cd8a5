// Boards as plain mappings: apply a merge patch, compute the checksum. Pure; the twin of
// linefinder/domain/delta.py and checksum.py, and tested against them on the same boards.
//
// A board's parts are never changed: a patch gives new ones along its path and shares the rest, so
// that identity tells what changed and the texts of untouched events can be kept.
import { BREAK, crc32, joinCrc } from "./crc.js";

/** `old` with `patch` merged in (RFC 7386), as a new mapping. */
export function apply(old, patch) {
  // Without a prototype, else an outcome named __proto__ or constructor would be lost.
  const merged = Object.assign(Object.create(null), old);
  for (const key of Object.keys(patch)) merge(merged, key, patch[key]);
  return merged;
}

function merge(merged, key, value) {
  if (value === null) delete merged[key];
  else if (isMapping(value)) merged[key] = apply(isMapping(merged[key]) ? merged[key] : null, value);
  else merged[key] = value;
}

/** `apply` in steps of one event, each with the piece of its checksum made; gives the events in the end. */
export function* applied(old, patch) {
  const events = Object.assign(Object.create(null), old);
  for (const id of Object.keys(patch)) {
    merge(events, id, patch[id]);
    if (events[id]) sumUp(id, events[id].lines);
    yield;
  }
  return events;
}

/** The smallest merge patch from `old` to `fresh`; empty where they are equal. */
export function diff(old, fresh) {
  const patch = Object.create(null);
  for (const key of Object.keys(fresh)) {
    const value = fresh[key];
    if (!Object.hasOwn(old, key)) patch[key] = value;
    else if (isMapping(value) && isMapping(old[key])) {
      const inner = diff(old[key], value);
      if (Object.keys(inner).length) patch[key] = inner;
    } else if (!isSame(old[key], value)) patch[key] = value;
  }
  for (const key of Object.keys(old)) if (!Object.hasOwn(fresh, key)) patch[key] = null;
  return patch;
}

/** Events as they came off the wire, as mappings without a prototype. */
export function eventsOf(raw) {
  return apply(null, raw);
}

/** One line of a board, or undefined. */
export function lineOf(event, bookmaker, market, outcome) {
  return event.lines[bookmaker]?.[market]?.[outcome];
}

/** CRC-32 of all lines in canonical order; 0 for a board without lines. */
export function checksum(events) {
  const lines = Object.create(null);
  for (const key of Object.keys(events)) if (Object.keys(events[key].lines).length) lines[key] = events[key].lines;
  return withoutFirstBreak(pieceBelow(lines, "", 4));
}

// A piece is some lines, each after a newline, as {crc, size}: two pieces are joined without their text, so that
// an update costs what it changes and not the board. A mapping has one place in a board, because a patch copies.
const kept = new WeakMap();

/** The piece of the lines in `held`, which all begin with `stem`; `levels` of names are still to come: event,
 * bookmaker, market, outcome. */
function pieceBelow(held, stem, levels) {
  const order = levels > 1 && inOrder(Object.keys(held));
  // Without an order of names only a sort of all lines is right.
  const piece = order ? joined(order.map((name) => kept.get(held[name]) ?? pieceBelow(held[name], `${stem}${name}|`, levels - 1))) : pieceOf(rowsBelow(held, stem, levels));
  kept.set(held, piece);
  return piece;
}

function pieceOf(rows) {
  const bytes = utf8.encode(`\n${sortByCodePoint(rows).join("\n")}`);
  return { crc: crc32(bytes), size: bytes.length, after: null, both: null };
}

/** The pieces from one place to another as one. By halves, each pair remembered: where one piece of thirty is new, five
 * pairs are. */
function joined(pieces, from = 0, to = pieces.length) {
  if (to - from < 2) return pieces[from] ?? { crc: 0, size: 0 };
  const middle = (from + to) >> 1;
  const before = joined(pieces, from, middle);
  const after = joined(pieces, middle, to);
  if (before.after !== after) {
    before.after = after;
    before.both = { crc: joinCrc(before.crc, after.crc, after.size), size: before.size + after.size, after: null, both: null };
  }
  return before.both;
}

/** Make the pieces of a checksum, in steps of one event. */
export function* summed(events) {
  for (const id of Object.keys(events)) {
    sumUp(id, events[id].lines);
    yield;
  }
}

function sumUp(id, lines) {
  if (!kept.has(lines)) pieceBelow(lines, `${id}|`, 3);
}

/** The CRC of a piece without the newline that it begins with. */
function withoutFirstBreak({ crc, size }) {
  return size ? (crc ^ joinCrc(BREAK, 0, size - 1)) >>> 0 : 0;
}

const orders = new Map();

/** Names in the order of their lines; null where they have none: `a|b` would sort among the lines of `a`. Every event
 * has much the same bookmakers: an order found is kept. */
function inOrder(names) {
  const key = names.join("|");
  const known = orders.get(key);
  if (known?.length === names.length) return known;
  if (names.some((name) => name.includes("|"))) return null;
  const found = sortByCodePoint(names.map((name) => `${name}|`)).map((stem) => stem.slice(0, -1));
  if (orders.size > 999) orders.clear();
  orders.set(key, found);
  return found;
}

function isMapping(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSame(one, other) {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((part, index) => part === other[index]);
}

const utf8 = new TextEncoder();

function rowsBelow(held, stem, levels) {
  if (levels > 1) return Object.keys(held).flatMap((name) => rowsBelow(held[name], `${stem}${name}|`, levels - 1));
  return Object.keys(held).map((outcome) => {
    const [price, point] = held[outcome];
    return `${stem}${outcome}|${thousandths(price)}|${point === null ? "" : thousandths(point)}`;
  });
}

function thousandths(number) {
  return Math.floor(1000 * number + 0.5);
}

/** Sorted in place. JavaScript's own order is by UTF-16 unit, which puts U+1F3C0 before U+FF21. */
export function sortByCodePoint(texts) {
  if (!texts.some((text) => /[\ud800-\uffff]/.test(text))) return texts.sort();
  return texts.sort(compareCodePoints);
}

/** The order of two texts by code point. */
export function compareCodePoints(a, b) {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at += 1) {
    if (a.charCodeAt(at) !== b.charCodeAt(at)) return rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above every other unit. */
function rank(unit) {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
