// Boards as plain mappings: apply a merge patch, compute the checksum. Pure; the twin of
// linefinder/domain/delta.py and checksum.py, and tested against them on the same boards.
//
// A board's parts are never changed: a patch gives new ones along its path and shares the rest, so
// that identity tells what changed and the texts of untouched events can be kept.

/** `old` with `patch` merged in (RFC 7386), as a new mapping. */
export function apply(old, patch) {
  // Without a prototype, else an outcome named __proto__ or constructor would be lost.
  const merged = Object.assign(Object.create(null), old);
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null) delete merged[key];
    else if (isMapping(value)) merged[key] = apply(isMapping(merged[key]) ? merged[key] : null, value);
    else merged[key] = value;
  }
  return merged;
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
  const keys = Object.keys(events).filter((key) => Object.keys(events[key].lines).length > 0);
  if (keys.some((key) => key.includes("|"))) {
    // `a|b` would sort among the lines of `a`: only a sort of all lines is right then.
    const rows = keys.flatMap((key) => eventRows(key, events[key].lines));
    return crc32([utf8.encode(sortByCodePoint(rows).join("\n"))]);
  }
  const stems = new Map(keys.map((key) => [`${key}|`, key]));
  const parts = sortByCodePoint([...stems.keys()]).map((stem) => {
    const key = stems.get(stem);
    return eventBytes(key, events[key]);
  });
  return crc32(parts);
}

function isMapping(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSame(one, other) {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((part, index) => part === other[index]);
}

const utf8 = new TextEncoder();
const kept = new WeakMap();

function eventBytes(key, event) {
  let bytes = kept.get(event);
  if (!bytes) {
    bytes = utf8.encode(sortByCodePoint(eventRows(key, event.lines)).join("\n"));
    kept.set(event, bytes);
  }
  return bytes;
}

function eventRows(key, lines) {
  const rows = [];
  for (const bookmaker of Object.keys(lines)) {
    for (const market of Object.keys(lines[bookmaker])) {
      const outcomes = lines[bookmaker][market];
      for (const outcome of Object.keys(outcomes)) {
        const [price, point] = outcomes[outcome];
        const tail = point === null ? "" : thousandths(point);
        rows.push(`${key}|${bookmaker}|${market}|${outcome}|${thousandths(price)}|${tail}`);
      }
    }
  }
  return rows;
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

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 of byte arrays joined by newlines. */
export function crc32(parts) {
  let crc = 0xffffffff;
  parts.forEach((bytes, index) => {
    if (index > 0) crc = (crc >>> 8) ^ TABLE[(crc ^ 10) & 255];
    for (let at = 0; at < bytes.length; at += 1) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[at]) & 255];
  });
  return (crc ^ 0xffffffff) >>> 0;
}
