// Which line is best: the best point first, then the best price; ties all count. Pure; the twin of
// linefinder/domain/compare.py.
import { plain } from "./names.js";
import { isOffered, toDecimal } from "./price.js";

const LAG_SECONDS = 180;

/** The bookmakers that lag the poll: they are never best. */
export function lagging(ages) {
  return new Set(Object.keys(ages ?? {}).filter((book) => ages[book] > LAG_SECONDS));
}

/** The bookmakers that are never best for a viewer who bets at `mine` (all where empty): those that lag, and of
 * `books` all others. Carries `late`, those that lag, and `fees`, what bookmakers keep of a win. */
export function barred(ages, books, mine, fees) {
  const late = lagging(ages);
  const out = new Set(late);
  out.late = late;
  if (mine.length) for (const book of books) if (!mine.includes(book)) out.add(book);
  out.fees = Object.keys(fees).length ? plain(fees) : null;
  return out;
}

/** The bookmakers with the best line of an outcome in an event's lines, ties included. `fees` ({bookmaker: share
 * of a win}, without a prototype, null for none): of one point the price that is worth most after them counts. */
export function bestBookmakers(lines, market, outcome, out, format, fees = out.fees ?? null) {
  if (market.endsWith("_lay")) return [];
  let best = [];
  let top = null;
  for (const bookmaker of Object.keys(lines)) {
    const line = lines[bookmaker][market]?.[outcome];
    if (!line || out.has(bookmaker) || !isOffered(line[0], format)) continue;
    const value = merit(market, outcome, line);
    if (fees) value[1] = netOf(toDecimal(line[0], format), fees[bookmaker]);
    const order = top === null ? 1 : compareMerit(value, top);
    if (order > 0) [best, top] = [[bookmaker], value];
    else if (order === 0) best.push(bookmaker);
  }
  return best;
}

/** What a decimal price is worth once a share of the win is paid. */
export function netOf(price, share = 0) {
  return share ? 1 + (price - 1) * (1 - share) : price;
}

/** What makes a line good, larger is better: more points given, or a lower total to go over. */
export function merit(market, outcome, [price, point]) {
  const worth = price === -100 ? 100 : price; // American -100 and +100 pay the same
  if (point === null) return [0, worth];
  return [market === "totals" && outcome === "Over" ? -point : point, worth];
}

export function compareMerit(a, b) {
  return a[0] - b[0] || a[1] - b[1];
}
