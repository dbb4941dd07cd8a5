// How each outcome opened: the first line seen of any bookmaker, and what that bookmaker has made of it since. Asked for
// once a market, then followed from the board's own updates.
import { fetchData } from "./ask.js";

const DAY = 86_400_000;

export class FirstLines {
  /** `told()` hears that a market's lines have come. */
  constructor(base, sport, told) {
    this.url = `${base}/api/odds/${encodeURIComponent(sport)}/openers?market=`;
    this.told = told;
    this.events = {};
  }

  /** Ask for a market's lines unless they are there; `anew`: updates may have been missed. */
  async want(market, anew) {
    if (market === this.market && !anew) return;
    if (market !== this.market) this.events = {};
    this.market = market;
    const events = await fetchOpeners(this.url + encodeURIComponent(market));
    if (!events || market !== this.market) return;
    this.events = events;
    this.told();
  }

  /** Take in what a board holds of these events; `patch`: only there can something be new. */
  follow({ board }, ids, patch = board.events) {
    const time = Date.parse(board.time);
    for (const id of ids) {
      const event = board.events[id];
      if (!event) delete this.events[id];
      else if (Object.keys(event.lines).length) this.take((this.events[id] ??= {}), event.lines, time, Object.keys(patch[id]?.lines ?? {}));
    }
  }

  take(known, lines, time, books) {
    for (const outcome of Object.keys(known)) {
      const { bookmaker, changes } = known[outcome];
      const [price, point] = lines[bookmaker]?.[this.market]?.[outcome] ?? [null, null];
      const [, last, at] = changes.at(-1);
      if (price !== last || point !== at) changes.push([time, price, point]);
    }
    for (const bookmaker of books.sort()) {
      const offered = lines[bookmaker]?.[this.market] ?? {};
      for (const outcome of Object.keys(offered)) known[outcome] ??= { bookmaker, changes: [[time, ...offered[outcome]]] };
    }
  }

  /** {bookmaker, changes: [[time, price or null, point]]} of an outcome, the opener first; undefined while unknown. */
  of(id, outcome) {
    const known = this.events[id];
    return known && Object.hasOwn(known, outcome) ? known[outcome] : undefined;
  }
}

/** What of a line's changes lies within a day, from what it was at its beginning: [[time, price, point]]. */
export function lastDay(changes, now) {
  const since = now - DAY;
  const first = changes.findIndex(([time]) => time > since);
  if (first === 0) return changes;
  const standing = changes.at(first === -1 ? -1 : first - 1);
  return [[since, standing[1], standing[2]], ...(first === -1 ? [] : changes.slice(first))];
}

async function fetchOpeners(url) {
  try {
    const answer = await fetchData(url, { cache: "no-cache" });
    if (!answer.ok) return null;
    const { events } = await answer.json();
    const all = Object.values(events).flatMap(Object.values).flatMap(({ changes }) => changes);
    for (const change of all) change[0] = Date.parse(change[0]);
    return events;
  } catch {
    return null;
  }
}
