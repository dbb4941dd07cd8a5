// What is good right now, over all boards that the page holds, kept up to date by what changes. Pure; the twin of
// linefinder/domain/finder.py: tests hold both to the same fixtures, and to each other on whole recordings.
import { compareCodePoints } from "../domain/board.js";
import { lagging } from "../domain/compare.js";
import { isFresh } from "../domain/feed.js";
import { plain } from "../domain/names.js";
import { valuesOf } from "./apart.js";
import { backLays, edgesOf } from "./edges.js";
import { bettable, PAIRED_MARKETS, Reader, takes } from "./offers.js";

export const KINDS = ["value", "arbitrage", "back_lay", "middle", "low_hold", "outlier"];
const NONE = new Set();

export class Finder {
  /** `terms`: {method, weights, commission, mine}; mine are the books where bets are made, all where empty. */
  constructor(terms) {
    this.sports = new Map();
    this.readers = new Map();
    this.use(terms);
  }

  /** Compare by other terms: everything is found anew. */
  use({ method, weights, commission, mine }) {
    if (method !== this.terms?.method) this.readers.clear();
    this.terms = { method, weights: plain(weights), commission: plain(commission), mine: new Set(mine) };
    for (const held of this.sports.values()) this.look(held, true);
  }

  /** A board as it is now; only events that differ from the last one are looked at. */
  update({ sport, events, odds_format: format }, feed) {
    const out = lagging(feed.ages);
    const held = this.sports.get(sport) ?? { sport, found: new Map() };
    const same = held.format === format && held.out?.size === out.size && [...out].every((book) => held.out.has(book));
    Object.assign(held, { events, format, out, ages: plain(feed.ages), dataAt: feed.data_at ? Date.parse(feed.data_at) : null });
    this.sports.set(sport, held);
    this.look(held, !same);
  }

  /** Find in what changed, or in all. */
  look(held, all) {
    const { events, found } = held;
    for (const id of found.keys()) if (!events[id]) found.delete(id);
    for (const id of Object.keys(events)) {
      const event = events[id];
      if (!all && found.get(id)?.event === event) continue;
      const starts = Date.parse(event.starts_at);
      found.set(id, { event, starts, finds: this.findsOf(event.lines, held) });
    }
  }

  findsOf(lines, { format, out }) {
    const reader = this.reader(format);
    const terms = { ...this.terms, out };
    const offers = reader.offers(lines, out);
    const late = Object.keys(lines).some((book) => out.has(book)) ? reader.offers(lines, NONE, (book) => out.has(book) && takes(terms, book)) : {};
    const found = [];
    for (const market of PAIRED_MARKETS) {
      if (!offers[market]) continue;
      found.push(...valuesOf(market, offers[market], late[market], reader, terms));
      const able = bettable(offers[market], terms);
      found.push(...edgesOf(market, able, offers[market], lines));
      if (market === "h2h") found.push(...backLays(lines, able, offers.h2h, terms, format));
    }
    return found;
  }

  reader(format) {
    if (!this.readers.has(format)) this.readers.set(format, new Reader(format, this.terms.method));
    return this.readers.get(format);
  }

  /** All finds at a moment (ms), the best first. `wanted(find, event)` may leave some out. */
  seen(now, wanted = () => true) {
    const all = [];
    for (const held of this.sports.values()) {
      const since = held.dataAt === null ? 0 : Math.max(0, (now - held.dataAt) / 1000);
      for (const [id, { event, starts, finds }] of held.found) {
        if (!finds.length) continue;
        const doubts = [];
        if (starts <= now) doubts.push("in_play");
        if (!isFresh(held.dataAt, starts, now)) doubts.push("old");
        for (const raw of finds) {
          const find = seenAt(raw, { ...held, id, event, since, doubts });
          if (wanted(find, event)) all.push(find);
        }
      }
    }
    return ranked(all);
  }
}

/** A find with who has its lines now, how old these are, and the doubts that come with time. */
function seenAt(raw, { sport, id, event, ages, since, doubts }) {
  const bets = raw.bets.map(({ outcome, point, stake, holders, lay }) => {
    const [bookmaker, price] = holders.length > 1 ? freshest(holders, ages) : holders[0];
    const age = ages[bookmaker] === undefined ? null : ages[bookmaker] + since;
    return { outcome, bookmaker, price: price ?? event.lines[bookmaker][raw.market][outcome][0], point, stake, age, lay };
  });
  const { kind, market, edge, probability, others, gap, results } = raw;
  return { kind, sport, event: id, market, edge, bets, doubts: [...doubts, ...raw.doubts], probability, others, gap, results };
}

function freshest(holders, ages) {
  const age = ([book]) => ages[book] ?? Infinity;
  return holders.reduce((best, one) => (order(age(one), age(best)) || compareCodePoints(one[0], best[0])) < 0 ? one : best);
}

/** The best first; equal ones in an order that does not depend on how boards are kept. */
function ranked(finds) {
  const keyed = finds.map((find) => [-Math.floor(1e6 * find.edge + 0.5), find]);
  keyed.sort(([a, one], [b, two]) => order(a, b) || compareCodePoints(one.sport, two.sport) || compareCodePoints(one.event, two.event)
    || KINDS.indexOf(one.kind) - KINDS.indexOf(two.kind) || compareCodePoints(one.market, two.market) || byBets(one.bets, two.bets));
  return keyed.map(([, find]) => find);
}

function byBets(one, two) {
  for (let n = 0; n < Math.min(one.length, two.length); n += 1) {
    const way = compareCodePoints(one[n].outcome, two[n].outcome) || order(one[n].point ?? 0, two[n].point ?? 0)
      || (one.length === 1 && two.length === 1 ? compareCodePoints(one[n].bookmaker, two[n].bookmaker) : 0);
    if (way) return way;
  }
  return one.length - two.length;
}

function order(a, b) {
  return a === b ? 0 : a < b ? -1 : 1;
}
