// The board as shown, as CSV: a line a row, numbers in plain ASCII. Pure.
import { bestBookmakers } from "../domain/compare.js";
import { priceText } from "./format.js";

const HEAD = ["event", "starts_at", "away", "home", "market", "outcome", "bookmaker", "point", "price", "best"];

/** The lines of the events and bookmakers shown, in their order; prices in the odds format shown. */
export function csvOf({ board, odds, out }, { columns, markets, shown }) {
  const books = [...new Set(columns.map(({ book }) => book))];
  const rows = [HEAD];
  for (const id of shown) {
    const event = board.events[id];
    for (const market of markets) rows.push(...linesOf(id, event, market, books, { odds, out, format: board.odds_format }));
  }
  return rows.map((row) => row.map(field).join(",")).join("\r\n") + "\r\n";
}

function linesOf(id, event, market, books, { odds, out, format }) {
  const outcomes = new Set(books.flatMap((book) => Object.keys(event.lines[book]?.[market] ?? {})));
  return [...outcomes].flatMap((outcome) => {
    const best = bestBookmakers(event.lines, market, outcome, out, format);
    return books.filter((book) => event.lines[book]?.[market]?.[outcome]).map((book) => {
      const [price, point] = event.lines[book][market][outcome];
      const shown = priceText(price, format, odds).replace("\u2212", "-");
      return [id, event.starts_at, event.away ?? "", event.home ?? "", market, outcome, book, point ?? "", shown, best.includes(book) ? "yes" : ""];
    });
  });
}

/** Quoted where needed. A text that a spreadsheet would take for a formula gets an apostrophe before it. */
function field(value) {
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d.]+$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
