// What the bookmakers together hold fair of a market. Pure; the twin of offers_of and fair_lines in linefinder/domain
// (offers.py, consensus.py).
import { sortByCodePoint } from "./board.js";
import { fair, fairDecimal } from "./fair.js";
import { isOffered, toAmerican, toDecimal } from "./price.js";

const PAIRED = new Set(["h2h", "spreads", "totals"]);
const FAULT = 0.1;

/** {outcome: {probability, price, point, books}} by the consensus of all books at the points that most of them offer;
 * null where none offers the market whole. `terms`: {format, out, method, weights}. */
export function fairLines(lines, market, terms) {
  if (!PAIRED.has(market)) return null;
  const offers = offersOf(lines, market, terms);
  const main = [...offers.values()].sort(byMain)[0];
  const opinions = main ? [...main.quotes].filter(([, prices]) => holdOf(prices) >= -FAULT) : [];
  const agreed = consensus(opinions.map(([book, prices]) => [fair(prices, terms.method), weightOf(book, terms.weights)]));
  if (!agreed) return null;
  const found = Object.create(null);
  main.sides.forEach(([outcome, point], at) => {
    const price = fairPrice(agreed[at], terms.format);
    found[outcome] = { probability: agreed[at], price, point, books: opinions.length };
  });
  return found;
}

function weightOf(book, weights) {
  return Object.hasOwn(weights, book) ? weights[book] : 1;
}

function fairPrice(probability, format) {
  const price = fairDecimal(probability);
  return format === "american" ? toAmerican(price, "decimal") : Math.max(1.001, Number(price.toFixed(3)));
}

/** The weighted mean of [probabilities, weight]; null where nothing has a weight. */
function consensus(opinions) {
  const total = opinions.reduce((sum, [, weight]) => sum + weight, 0);
  if (!total) return null;
  return opinions[0][0].map((_, at) => opinions.reduce((sum, [own, weight]) => sum + weight * own[at], 0) / total);
}

/** {name of the sides: {name, sides, quotes: {book: prices}}} */
function offersOf(lines, market, { format, out }) {
  const found = new Map();
  for (const book of Object.keys(lines)) {
    const outcomes = out.has(book) ? null : lines[book][market];
    const sides = outcomes && sidesOf(market, outcomes);
    if (!sides || sides.some(([outcome]) => !isOffered(outcomes[outcome][0], format))) continue;
    const name = nameOf(sides);
    if (!found.has(name)) found.set(name, { name, sides, quotes: new Map() });
    found.get(name).quotes.set(book, sides.map(([outcome]) => toDecimal(outcomes[outcome][0], format)));
  }
  return market === "h2h" && found.size > 1 ? withoutPartial(found) : found;
}

/** The outcomes of which one wins, by name; null where they are not one whole market. */
function sidesOf(market, outcomes) {
  const sides = sortByCodePoint(Object.keys(outcomes)).map((name) => [name, outcomes[name][1]]);
  const pointless = sides.every(([, point]) => point === null);
  if (market === "h2h") return (sides.length === 2 || sides.length === 3) && pointless ? sides : null;
  if (sides.length !== 2) return null;
  const [[one, first], [other, second]] = sides;
  if (first === null || second === null) return null;
  if (market === "totals") return one === "Over" && other === "Under" && first === second ? sides : null;
  return first === -second ? sides : null;
}

/** As Python writes sides, by which ties are broken. */
function nameOf(sides) {
  return `(${sides.map(([name, point]) => `(${quoted(name)}, ${point ?? "None"})`).join(", ")})`;
}

function quoted(name) {
  const mark = name.includes("'") && !name.includes('"') ? '"' : "'";
  return mark + name + mark;
}

function withoutPartial(offers) {
  const draws = new Set([...offers.values()].filter(({ sides }) => sides.length === 3).flatMap(({ sides }) => sides.map(([name]) => name)));
  const kept = new Map();
  for (const [name, { sides, quotes }] of offers) {
    const suspect = sides.length === 2 && sides.every(([outcome]) => draws.has(outcome));
    const left = new Map([...quotes].filter(([, prices]) => !suspect || impliedSum(prices) >= 1));
    if (left.size) kept.set(name, { name, sides, quotes: left });
  }
  return kept;
}

function byMain(a, b) {
  return b.quotes.size - a.quotes.size || unevenness(a) - unevenness(b) || (a.name < b.name ? -1 : 1);
}

function unevenness({ quotes }) {
  return Math.min(...[...quotes.values()].map((prices) => Math.max(...prices) / Math.min(...prices)));
}

function impliedSum(prices) {
  return prices.reduce((sum, price) => sum + 1 / price, 0);
}

function holdOf(prices) {
  return 1 - 1 / impliedSum(prices);
}
