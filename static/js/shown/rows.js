// Which rows and columns a board shows, in which order. Pure; the twin of linefinder/web/shown/view.py, so
// that nothing jumps when the scripts take over.
import { compareCodePoints as order } from "../domain/board.js";
import { toDecimal } from "../domain/price.js";
import { ALL } from "./view-state.js";

const SIDED = new Set(["h2h", "h2h_lay", "spreads", "totals"]);
const SIDE_BY_SIDE = ["spreads", "totals", "h2h"];

/** The markets of a board: the known ones in their order, then the others by name. */
export function marketsOf(events, words) {
  const found = new Set();
  for (const event of Object.values(events)) {
    for (const markets of Object.values(event.lines)) Object.keys(markets).forEach((key) => found.add(key));
  }
  const known = Object.keys(words.markets);
  const rank = (market) => (known.includes(market) ? known.indexOf(market) : 99);
  return [...found].sort((a, b) => rank(a) - rank(b) || order(a, b));
}

/** The markets that a view shows of those on the board: all of them side by side, or one. */
export function shownMarkets(market, found) {
  return market === ALL ? SIDE_BY_SIDE.filter((name) => found.includes(name)) : [market];
}

/** The market asked for where the board has it, else its first. */
export function chooseMarket(wanted, found) {
  if (found.includes(wanted) || (wanted === ALL && shownMarkets(ALL, found).length > 1)) return wanted;
  return found[0] ?? "h2h";
}

/** What can be chosen: each market, and several side by side. */
export function marketChoices(found) {
  return shownMarkets(ALL, found).length > 1 ? [...found, ALL] : found;
}

/** The name of a market: Moneyline for h2h. */
export function marketName(market, words) {
  if (Object.hasOwn(words.markets, market)) return words.markets[market];
  const spaced = market.replaceAll("_", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1).toLowerCase();
}

/** The bookmakers that offer any of the markets on some of the events. */
export function booksOffering(events, markets) {
  const offering = new Set();
  for (const { lines } of events) {
    for (const book of Object.keys(lines)) {
      if (!offering.has(book) && markets.some((market) => lines[book][market])) offering.add(book);
    }
  }
  return offering;
}

/** [{book, title, short}] of bookmakers, well-known ones first. */
export function columnsOf(books, titles, words) {
  const known = Object.keys(words.books);
  const rank = (book) => (known.includes(book) ? known.indexOf(book) : 999);
  return [...books]
    .map((book) => ({ book, title: Object.hasOwn(titles, book) ? titles[book] : book }))
    .map((column) => ({ ...column, short: shortName(column, words) }))
    .sort((a, b) => rank(a.book) - rank(b.book) || order(a.title, b.title) || order(a.book, b.book));
}

function shortName({ book, title }, words) {
  if (Object.hasOwn(words.books, book)) return words.books[book];
  return [...title.replace(/\s+/g, "")].slice(0, 5).join("");
}

/** The ids of the events by start, then by who plays. */
export function eventOrder(events) {
  const keyed = Object.keys(events).map((id) => [events[id].starts_at, nameOf(events[id]), id]);
  keyed.sort((a, b) => order(a[0], b[0]) || order(a[1], b[1]) || order(a[2], b[2]));
  return keyed.map(([, , id]) => id);
}

/** 'Miami Heat at Boston Celtics'; empty where the provider names no teams. */
export function nameOf(event) {
  return teamsOf(event).join(" at ");
}

function teamsOf(event) {
  return ["away", "home"].filter((side) => side in event).map((side) => event[side]);
}

/** The rows of an event: those of one market, or one for each side of several: [{outcomes, name, tag}]. */
export function rowLabels(event, markets, format) {
  return markets.length > 1 ? sideLabels(event, markets, format) : marketLabels(event, markets[0], format);
}

function marketLabels(event, market, format) {
  const outcomes = outcomesOf(event, market, format);
  const teams = teamsOf(event);
  if (!outcomes.length) {
    return (teams.length ? teams : ["No lines"]).map((name) => ({ outcomes: [""], name, tag: "" }));
  }
  if (market === "totals" && teams.length === 2 && outcomes.length === 2) {
    return outcomes.map((outcome, index) => ({ outcomes: [outcome], name: teams[index], tag: outcome }));
  }
  return outcomes.map((outcome) => ({ outcomes: [outcome], name: outcome, tag: "" }));
}

/** Away, home, and the draw where there is one. */
function sideLabels(event, markets, format) {
  const found = markets.map((market) => {
    const outcomes = outcomesOf(event, market, format).reverse();
    return new Map(outcomes.map((outcome) => [side(event, outcome), outcome]));
  });
  const names = [event.away ?? "Over", event.home ?? "Under", "Draw"];
  const shown = found.some((outcomes) => outcomes.has(2)) ? names : names.slice(0, 2);
  return shown.map((name, index) => ({ outcomes: found.map((outcomes) => outcomes.get(index) ?? ""), name, tag: "" }));
}

/** Whether rows need a line above them that says who plays. */
export function isTitled(event, labels) {
  return nameOf(event) !== "" && !labels.some(({ name }) => name === event.away);
}

function outcomesOf(event, market, format) {
  const best = new Map();
  for (const markets of Object.values(event.lines)) {
    for (const [outcome, [price]] of Object.entries(markets[market] ?? {})) {
      best.set(outcome, Math.max(best.get(outcome) ?? 0, toDecimal(price, format)));
    }
  }
  const names = [...best.keys()];
  if (SIDED.has(market)) return names.sort((a, b) => side(event, a) - side(event, b) || order(a, b));
  if (market.startsWith("outrights")) {
    return names.sort((a, b) => best.get(a) - best.get(b) || order(a, b));
  }
  return names.sort(order);
}

function side(event, outcome) {
  if (outcome === "Over") return 0;
  if (outcome === "Under" || outcome === event.home) return 1;
  if (outcome === event.away) return 0;
  return outcome === "Draw" ? 2 : 3;
}
