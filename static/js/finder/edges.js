// Arbitrage, low holds, middles, and back against lay. Pure; the twin of linefinder/domain/edges.py and of the
// lays of finder.py, which name the sources. Who holds a price is left open: ages decide, and they pass.
import { sortByCodePoint } from "../domain/board.js";
import { isOffered, toDecimal } from "../domain/price.js";
import { hold, keyOf, takes } from "./offers.js";

export const FAULT = 0.1;
const LOW_HOLD = 0.01;
const MIDDLE_COST = 0.05;

/** The shares of a total stake that return the same whichever outcome wins. */
export function stakes(prices) {
  let total = 0;
  for (const price of prices) total += 1 / price;
  return prices.map((price) => 1 / price / total);
}

/** The edges of one market: `able` is what can be bet on, `offers` are all. */
export function edgesOf(market, able, offers, lines) {
  const best = able.map(({ sides, quotes }) => ({ sides, quotes, tops: topsOf(quotes) }));
  const found = [];
  for (const { sides, quotes, tops } of best) {
    if (hold(tops) > LOW_HOLD) continue;
    const legs = tops.map((price, n) => ({ sides, quotes, n, price }));
    found.push(edge(market, legs, offers, lines, null, 0));
  }
  if (market !== "h2h" && best.length > 1) found.push(...middles(market, best, offers, lines));
  return found;
}

/** The highest price of each side. */
export function topsOf(quotes) {
  const tops = [...quotes[0][1]];
  for (const [, prices] of quotes) for (let n = 0; n < tops.length; n += 1) if (prices[n] > tops[n]) tops[n] = prices[n];
  return tops;
}

/** For each width of gap the cheapest pair of lines with different points; the lowest of equals. */
function middles(market, best, offers, lines) {
  const cheapest = new Map();
  for (const one of best) {
    for (const two of best) {
      const [low, high] = between(market, one.sides, two.sides);
      if (low >= high || one.sides[0][0] !== two.sides[0][0] || one.sides[1][0] !== two.sides[1][0]) continue;
      const bargain = { cost: hold([one.tops[0], two.tops[1]]), one, two, low, high };
      const held = cheapest.get(high - low);
      if (bargain.cost <= MIDDLE_COST && (!held || isCheaper(bargain, held))) cheapest.set(high - low, bargain);
    }
  }
  return [...cheapest].map(([gap, { one, two, low, high }]) => {
    const legs = [{ ...one, n: 0, price: one.tops[0] }, { ...two, n: 1, price: two.tops[1] }];
    return edge(market, legs, offers, lines, gap, Math.max(0, Math.ceil(high) - Math.floor(low) - 1));
  });
}

function isCheaper(a, b) {
  return a.cost < b.cost || (a.cost === b.cost && a.one.sides[0][1] < b.one.sides[0][1]);
}

/** The results between which the first side at `one` and the second at `two` both win. */
function between(market, one, two) {
  const [first, second] = [one[0][1] ?? 0, two[1][1] ?? 0];
  return market === "totals" ? [first, second] : [-first, second];
}

function edge(market, legs, offers, lines, gap, results) {
  const shares = stakes(legs.map(({ price }) => price));
  const profit = shares[0] * legs[0].price - 1;
  const bets = legs.map(({ sides, quotes, n, price }, at) => {
    const [outcome, point] = sides[n];
    const holders = quotes.filter(([, prices]) => prices[n] === price).map(([book]) => [book, lines[book][market][outcome][0]]);
    return { outcome, point, stake: shares[at], holders, lay: false };
  });
  const doubts = [];
  if (Math.min(...bets.map((bet) => holding(offers, bet))) <= 2) doubts.push("alone");
  if (profit > FAULT) doubts.push("fault");
  const kind = gap !== null ? "middle" : profit > 0 ? "arbitrage" : "low_hold";
  return { kind, market, edge: profit, bets, doubts, probability: null, others: 0, gap, results };
}

/** How many books offer a bet's line, each with the whole market. */
function holding(offers, { outcome, point }) {
  let count = 0;
  for (const { sides, quotes } of offers.values()) if (sides.some((side) => side[0] === outcome && side[1] === point)) count += quotes.length;
  return count;
}

/** Each outcome backed at its best price and laid at its best, where that leaves a profit. */
export function backLays(lines, able, offers, terms, format) {
  const found = [];
  for (const { sides, n, worth, holders } of lays(lines, terms, format).values()) {
    const own = able.find((each) => keyOf(each.sides) === keyOf(sides));
    if (!own) continue;
    const top = topsOf(own.quotes)[n];
    const shares = stakes([top, worth]);
    const profit = shares[0] * top - 1;
    if (profit <= 0) continue;
    const [outcome] = sides[n];
    const backers = own.quotes.filter(([, prices]) => prices[n] === top).map(([book]) => [book, lines[book].h2h[outcome][0]]);
    const doubts = [];
    if (offers.get(keyOf(sides)).quotes.length <= 2) doubts.push("alone");
    if (profit > FAULT) doubts.push("fault");
    const bets = [
      { outcome, point: null, stake: shares[0], holders: backers, lay: false },
      { outcome, point: null, stake: shares[1], holders, lay: true },
    ];
    found.push({ kind: "back_lay", market: "h2h", edge: profit, bets, doubts, probability: null, others: 0, gap: null, results: 0 });
  }
  return found;
}

/** The best lay of each outcome, as decimal odds against it, and who takes it. */
function lays(lines, terms, format) {
  const best = new Map();
  for (const book of Object.keys(lines)) {
    const laid = lines[book].h2h_lay;
    if (!laid || terms.out.has(book) || !takes(terms, book)) continue;
    const sides = sortByCodePoint(Object.keys(laid)).map((name) => [name, null]);
    sides.forEach(([name], n) => {
      const [price] = laid[name];
      if (!isOffered(price, format)) return;
      const worth = 1 + (1 - (terms.commission[book] ?? 0)) / (toDecimal(price, format) - 1);
      const key = `${n}\n${keyOf(sides)}`;
      const held = best.get(key);
      if (!held || worth > held.worth) best.set(key, { sides, n, worth, holders: [[book, price]] });
      else if (worth === held.worth) held.holders.push([book, price]);
    });
  }
  return best;
}
