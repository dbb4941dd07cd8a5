// Props and alternates as people read them. Pure: what is best and fair is the server's to say.
import { ageText, pickText, plural, priceText, shareText } from "./format.js";
import { fairDecimal } from "../domain/fair.js";
import { within } from "../domain/names.js";
import { toAmerican } from "../domain/price.js";

export const OLD_AFTER = 120;
const NAMED = 2;

/** The rows of a market: the main rung of each player, or all of them; `find` narrows by name. */
export function rowsOf({ ladders }, { find = "", all = false }) {
  const wanted = find.trim().toLowerCase();
  return ladders
    .filter(({ about, rungs }) => [about, ...rungs[0].sides.map(({ name }) => name)].some((name) => name.toLowerCase().includes(wanted)))
    .flatMap(({ about, rungs, main }) => rungs.map((rung, n) => ({ about, rung, main: n === main })).filter((row) => all || row.main));
}

/** The finds of an event's loaded markets in words, as the finder says them: [{key, kind, edge, about, market, bets, note,
 * doubts}]. A sheet is of one moment, so that all its lines are as old; `words` are the page's, `now` in ms. */
export function findRows({ finds, loaded, bookmakers, odds_format: held }, odds, words, now) {
  const sheets = new Map(loaded.map((one) => [one.market, one]));
  return finds.map(({ kind, market, about, edge, bets, doubts, probability, others }) => {
    const { name, at, confirmed } = sheets.get(market);
    const age = Math.max(0, (now - Date.parse(confirmed ?? at)) / 1000);
    const said = age > OLD_AFTER ? [...doubts, "old"] : doubts;
    return {
      key: [kind, market, about, ...bets.flatMap(({ outcome, point, bookmaker }) => [outcome, point, bookmaker])].join("|"),
      kind: words.finds[kind],
      edge: shareText(edge),
      about: about || "The game",
      market: name,
      bets: bets.map((bet) => ({
        pick: betText({ name: bet.outcome, point: bet.point }),
        price: priceText(bet.price, held, odds),
        book: within(bookmakers, bet.bookmaker) ?? bet.bookmaker,
        share: bets.length > 1 ? shareText(bet.stake).replace(/^\+/, "") : "",
        age: `${ageText(age)} old`,
      })),
      note: probability === null ? "" : `Fair ${priceText(fairPrice(probability, held), held, odds)} by ${plural(others, "other book")}`,
      doubts: said.map((doubt) => words.doubts[doubt]).map((text) => text.charAt(0).toUpperCase() + text.slice(1)).join(". "),
    };
  });
}

function fairPrice(probability, format) {
  const price = fairDecimal(probability);
  return format === "american" ? toAmerican(price, "decimal") : Math.max(1.001, Math.round(1000 * price) / 1000);
}

/** `Over 24.5` or `Boston Celtics −3.5`. */
export function betText({ name, point }) {
  return pickText(["Over", "Under"].includes(name) ? "totals" : "spreads", name, point);
}

/** {bet, price, by, gain} of a side, in words. */
export function sideText(side, told, odds) {
  if (!side) return null;
  if (side.price === null) return { bet: betText(side), price: "", by: "none of your books", gain: "" };
  const names = side.best.map((book) => within(told.bookmakers, book) ?? book);
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  const gain = side.edge > 0 ? shareText(side.edge) : "";
  return { bet: betText(side), price: priceText(side.price, told.odds_format, odds), by: names.slice(0, NAMED).join(", ") + more, gain };
}

/** Every book's prices on a rung, one line a book. */
export function booksOf(rung, told, odds) {
  const books = [...new Set(rung.sides.flatMap(({ prices }) => Object.keys(prices)))];
  const of = (book) => rung.sides.map(({ prices }) => (book in prices ? priceText(prices[book], told.odds_format, odds) : "none"));
  return books.map((book) => `${within(told.bookmakers, book) ?? book} ${of(book).join(" / ")}`);
}

/** What pressing costs, before it is pressed. */
export function loadText(count, cost) {
  if (!count) return "Load the chosen markets";
  return `Load ${plural(count, "market")} for ${plural(count * cost, "credit")} at most`;
}

/** What came of loading, in plain words. */
export function outcomeText({ status, body }) {
  if (status === 200) return body.credits ? `Loaded, for ${plural(body.credits, "credit")}.` : "Already there: somebody has just loaded it.";
  if (status === 401 && body.code === "cancelled") return "Not loaded: it needs the token.";
  if (status === 0) return "The server does not answer.";
  if (body.code === "budget_exhausted") return `There are not enough credits: ${body.detail ?? "none are left"}.`;
  return `Not loaded: ${(body.detail ?? "the provider did not answer").replace(/\.$/, "")}.`;
}
