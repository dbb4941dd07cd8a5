// What bookmakers offer on whole markets, and what of it can be bet on. Pure; the twin of
// linefinder/domain/offers.py.
//
// A quote is what one bookmaker's outcomes of a market say. Boards share what a patch does not touch, so a
// quote is kept with the outcomes it was read from: an update costs the markets it changes.
import { sortByCodePoint } from "../domain/board.js";
import { netOf } from "../domain/compare.js";
import { isOffered, toDecimal } from "../domain/price.js";
import { fair } from "../domain/fair.js";

export const PAIRED_MARKETS = ["h2h", "spreads", "totals"];

/** 1 less what comes back on average: what a bookmaker keeps of balanced stakes. */
export function hold(prices) {
  let total = 0;
  for (const price of prices) total += 1 / price;
  return 1 - 1 / total;
}

/** Reads markets as one set of terms wants them: {format, method, out, mine, weights, commission}. */
export class Reader {
  constructor(format, method) {
    this.format = format;
    this.method = method;
    this.kept = new Map(PAIRED_MARKETS.map((market) => [market, new WeakMap()]));
  }

  /** {key, sides, prices} of a bookmaker's outcomes of a market; null where they are not one whole market. */
  quote(market, outcomes) {
    const kept = this.kept.get(market);
    let found = kept.get(outcomes);
    if (found === undefined) {
      found = this.read(market, outcomes);
      kept.set(outcomes, found);
    }
    return found;
  }

  read(market, outcomes) {
    const sides = sidesOf(market, outcomes);
    if (!sides || !sides.every(([name]) => isOffered(outcomes[name][0], this.format))) return null;
    const prices = sides.map(([name]) => toDecimal(outcomes[name][0], this.format));
    return { key: keyOf(sides), sides, prices, hold: hold(prices), fair: null };
  }

  /** The fair probabilities by a quote's own prices. */
  opinion(quote) {
    return (quote.fair ??= fair(quote.prices, this.method));
  }

  /** {market: Map(key -> {sides, quotes: [[book, quote]]})} of an event's lines, without the books in `out`. */
  offers(lines, out, only) {
    const found = {};
    for (const book of Object.keys(lines)) {
      if (out.has(book) || (only && !only(book))) continue;
      for (const market of PAIRED_MARKETS) {
        const outcomes = lines[book][market];
        const quote = outcomes && this.quote(market, outcomes);
        if (quote) put((found[market] ??= new Map()), quote, book);
      }
    }
    if (found.h2h?.size > 1) found.h2h = withoutPartial(found.h2h);
    return found;
  }
}

function put(offers, quote, book) {
  if (!offers.has(quote.key)) offers.set(quote.key, { sides: quote.sides, quotes: [] });
  offers.get(quote.key).quotes.push([book, quote]);
}

/** The sides that a bookmaker's outcomes make up: [[name, point]] by name; null where not one whole market. */
export function sidesOf(market, outcomes) {
  const names = sortByCodePoint(Object.keys(outcomes));
  const sides = names.map((name) => [name, outcomes[name][1]]);
  if (market === "h2h") return (sides.length === 2 || sides.length === 3) && sides.every(([, point]) => point === null) ? sides : null;
  if (sides.length !== 2 || sides[0][1] === null || sides[1][1] === null) return null;
  const [[first, one], [second, two]] = sides;
  if (market === "totals") return first === "Over" && second === "Under" && one === two ? sides : null;
  return one === -two ? sides : null;
}

export function keyOf(sides) {
  return sides.map(([name, point]) => `${name}\n${point}`).join("\n");
}

/** Without two sides of a market of three whose draw is missing, unless they pay less than they take. */
function withoutPartial(offers) {
  const three = [...offers.values()].filter(({ sides }) => sides.length === 3);
  const names = new Set(three.flatMap(({ sides }) => sides.map(([name]) => name)));
  const kept = new Map();
  for (const [key, { sides, quotes }] of offers) {
    const suspect = sides.length === 2 && sides.every(([name]) => names.has(name));
    const left = suspect ? quotes.filter(([, { prices }]) => 1 / prices[0] + 1 / prices[1] >= 1) : quotes;
    if (left.length) kept.set(key, { sides, quotes: left });
  }
  return kept;
}

/** Whether bets are made at a bookmaker. */
export function takes({ mine }, book) {
  return !mine.size || mine.has(book);
}

/** What a decimal price is worth at a bookmaker once its commission is paid. */
export function net({ commission }, book, price) {
  return netOf(price, commission[book]);
}

/** What of the offers can be bet on: [{sides, quotes: [[book, decimal prices]]}] of a market. */
export function bettable(offers, terms) {
  const found = [];
  for (const { sides, quotes } of offers.values()) {
    const own = [];
    for (const [book, { prices }] of quotes) {
      if (takes(terms, book)) own.push([book, terms.commission[book] ? prices.map((price) => net(terms, book, price)) : prices]);
    }
    if (own.length) found.push({ sides, quotes: own });
  }
  return found;
}
