// The games of all sports by start, each with its best lines. Pure; the twin of linefinder/web/shown/tonight.py.
import { compareCodePoints as order, sortByCodePoint } from "../domain/board.js";
import { bestBookmakers, lagging } from "../domain/compare.js";
import { isFresh } from "../domain/feed.js";
import { ageText, pointText, priceText, shareText } from "../shown/format.js";
import { plain } from "../domain/names.js";
import { columnsOf, nameOf, rowLabels } from "../shown/rows.js";
import { isOldScore, points } from "../domain/scores.js";
import { topsOf } from "./edges.js";
import { bettable, hold, Reader } from "./offers.js";

const MARKETS = ["spreads", "totals", "h2h"];
const HOUR = 3_600_000;

export class Games {
  constructor(words) {
    this.words = words;
    this.readers = new Map();
  }

  /** The games that are in play or start within `hours` (0: all), in order. `boards`: [{board, feed}]; `terms` as in
   * Finder; `odds`: the format shown, empty for each board's own. */
  list(boards, { terms, odds, hours, now }) {
    const games = boards.flatMap(({ board, feed }) => this.of(board, feed, { terms, odds, hours, now }));
    return games.sort((a, b) => order(a.starts, b.starts) || order(a.title, b.title) || order(a.sport, b.sport) || order(a.id, b.id));
  }

  of(board, feed, { terms, odds, hours, now }) {
    const late = lagging(feed.ages);
    const mine = new Set(terms.mine);
    const barred = { has: (book) => late.has(book) || (mine.size > 0 && !mine.has(book)) };
    const own = { commission: plain(terms.commission), mine, out: late };
    const dataAt = feed.data_at ? Date.parse(feed.data_at) : null;
    const view = { board, barred, own, odds: odds || board.odds_format };
    const ids = Object.keys(board.events).filter((id) => !hours || Date.parse(board.events[id].starts_at) <= now + hours * HOUR);
    return ids.map((id) => {
      const event = board.events[id];
      const starts = Date.parse(event.starts_at);
      const old = dataAt !== null && !isFresh(dataAt, starts, now);
      return {
        id,
        sport: board.sport,
        title: nameOf(event),
        starts: event.starts_at,
        sides: this.sides(event, feed.scores?.[id], view),
        oldScore: isOldScore(feed.scores?.[id], now),
        hold: this.hold(event.lines, view),
        old: old ? ageText((now - dataAt) / 1000) : "",
      };
    });
  }

  sides(event, score, view) {
    if (!Object.values(event.lines).some((offered) => MARKETS.some((market) => offered[market]))) return [];
    const labels = rowLabels(event, MARKETS, view.board.odds_format);
    return labels.map(({ name, outcomes }) => ({ name, score: points(score, event, name), bests: MARKETS.map((market, at) => this.best(event.lines, market, outcomes[at], view)) }));
  }

  best(lines, market, outcome, { board, barred, own, odds }) {
    const format = board.odds_format;
    const books = bestBookmakers(lines, market, outcome, barred, format, own.commission);
    if (!books.length) return { point: "", price: "", books: "", line: null };
    const shorts = columnsOf(books, board.bookmakers, this.words).map(({ short }) => short);
    const [first] = sortByCodePoint([...books]);
    const [price, point] = lines[first][market][outcome];
    const said = shorts.length <= 2 ? sortByCodePoint(shorts).join(" ") : `${shorts.length} books`;
    return { point: pointText(market, outcome, point), price: priceText(price, format, odds), books: said, line: { market, outcome, bookmaker: first } };
  }

  hold(lines, { board, own }) {
    if (!this.readers.has(board.odds_format)) this.readers.set(board.odds_format, new Reader(board.odds_format, "power"));
    const offers = this.readers.get(board.odds_format).offers(lines, own.out);
    const holds = Object.values(offers).flatMap((market) => bettable(market, own)).map(({ quotes }) => hold(topsOf(quotes)));
    return holds.length ? shareText(Math.min(...holds)).replace(/^\+/, "") : "";
  }
}
