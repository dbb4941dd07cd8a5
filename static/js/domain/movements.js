// What moved while this page was open: for each line which way, from where and when. A line that left
// the board is kept for ten minutes, to be shown struck through.
import { toDecimal } from "./price.js";

/** For so long (ms) something counts as just moved. */
export const BRIGHT_FOR = 10 * 60_000;
const GONE_FOR = 10 * 60_000;

export class Movements {
  constructor() {
    this.events = new Map();
  }

  /** Remember what a patch changed; gives the number of lines. */
  note(before, after, patch, format, now) {
    let count = 0;
    for (const id of Object.keys(patch)) {
      const old = before[id];
      const held = after[id];
      if (!held) this.events.delete(id);
      if (!old || !held || !patch[id].lines) continue;
      for (const [key, was, is] of changedLines(old.lines, held.lines, patch[id].lines)) {
        this.put(id, key, move(was, is, format, now));
        count += 1;
      }
    }
    return count;
  }

  put(id, key, movement) {
    if (!this.events.has(id)) this.events.set(id, new Map());
    this.events.get(id).set(key, movement);
  }

  /** The movements of an event by line key, or undefined. */
  of(id) {
    return this.events.get(id);
  }

  /** Lines of an event that have left the board: [book, market, outcome]. */
  gone(id) {
    const moves = [...(this.events.get(id) ?? [])];
    return moves.filter(([, { way }]) => way === "gone").map(([key]) => JSON.parse(key));
  }

  /** Let time pass; gives the ids of events that look different now. */
  age(now) {
    const touched = new Set();
    for (const [id, moves] of this.events) {
      for (const [key, movement] of moves) {
        if (movement.way === "gone" && now - movement.at > GONE_FOR) moves.delete(key);
        else if (movement.way !== "gone" && !movement.old && now - movement.at > BRIGHT_FOR) movement.old = true;
        else continue;
        touched.add(id);
      }
    }
    return touched;
  }
}

/** How a line is named within its event. */
export function lineKey(book, market, outcome) {
  return JSON.stringify([book, market, outcome]);
}

function* changedLines(old, held, patch) {
  for (const book of Object.keys(patch)) {
    const markets = new Set([...keys(patch[book] ?? old[book])]);
    for (const market of markets) {
      const named = patch[book]?.[market] ?? old[book]?.[market];
      for (const outcome of keys(named)) {
        yield [lineKey(book, market, outcome), old[book]?.[market]?.[outcome], held[book]?.[market]?.[outcome]];
      }
    }
  }
}

function keys(mapping) {
  return Object.keys(mapping ?? {});
}

function move(was, is, format, now) {
  if (!was) return { way: "new", from: null, at: now };
  if (!is) return { way: "gone", from: was, at: now };
  const [before, after] = was[1] !== is[1] ? [was[1] ?? 0, is[1] ?? 0] : [was[0], is[0]].map((price) => toDecimal(price, format));
  return { way: after > before ? "up" : "down", from: was, at: now };
}
