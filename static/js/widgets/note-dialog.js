// The dialog that notes a bet: filled from the line that was pressed last, and with the line of what is chosen.
import { newId, note } from "../browser/kept-bets.js";
import { isInPlay, wrongWith } from "../domain/bet.js";
import { marketName, marketsOf } from "../shown/rows.js";
import { choose, outcomesOf, titleOf } from "./alert-dialog.js";

const SAID_FOR = 6_000;

export class NoteDialog {
  /** `board()` gives the board, `now()` the time by the server. */
  constructor(board, now, words) {
    Object.assign(this, { board, now, words });
    this.node = document.getElementById("note-bet");
    this.form = this.node.querySelector("form");
    this.refused = document.getElementById("note-refused");
    this.said = document.getElementById("note-said");
    this.form.addEventListener("change", ({ target }) => target.tagName === "SELECT" && this.fill());
    this.form.addEventListener("submit", (submit) => this.submit(submit));
    document.getElementById("note-cancel").addEventListener("click", () => this.node.close());
  }

  /** Open it with what is known: {event, market, outcome, bookmaker, stake}. Where the bet is, only the stake is left to
   * say. */
  open(known = {}) {
    this.form.reset();
    this.refused.textContent = this.said.textContent = "";
    document.getElementById("note-format").textContent = this.board().odds_format;
    this.fill(known);
    this.form.stake.value = known.stake || "";
    this.node.showModal();
    if (known.outcome) this.form.stake.focus();
  }

  /** The choices as the board has them, and the line of what is chosen. */
  fill(known = {}) {
    const { events, bookmakers } = this.board();
    const { event, market, outcome, bookmaker } = this.form;
    const wanted = (field) => known[field.name] ?? field.value;
    pick(event, Object.entries(events).map(([id, game]) => [id, titleOf(id, game)]), wanted(event));
    const game = events[event.value] ?? { lines: {} };
    const markets = marketsOf({ game }, this.words).filter((key) => !key.endsWith("_lay"));
    pick(market, markets.map((key) => [key, marketName(key, this.words)]), wanted(market));
    pick(outcome, outcomesOf([game], market.value).map((name) => [name, name]), wanted(outcome));
    pick(bookmaker, Object.entries(bookmakers), wanted(bookmaker));
    const [price, point] = game.lines[bookmaker.value]?.[market.value]?.[outcome.value] ?? ["", null];
    this.form.price.value = price;
    this.form.point.value = point ?? "";
  }

  bet() {
    const { sport, odds_format, events } = this.board();
    const { event, market, outcome, bookmaker, price, point, stake } = this.form;
    const game = events[event.value] ?? {};
    return {
      id: newId(), noted_at: new Date(this.now()).toISOString(),
      sport, event: event.value, starts_at: game.starts_at, home: game.home ?? "", away: game.away ?? "",
      bookmaker: bookmaker.value, market: market.value, outcome: outcome.value,
      price: price.valueAsNumber, point: point.value === "" ? null : point.valueAsNumber, odds_format,
      stake: stake.valueAsNumber, close: null,
    };
  }

  submit(submit) {
    submit.preventDefault();
    const bet = this.bet();
    const wrong = wrongWith(bet);
    this.refused.textContent = wrong ? `This can't be noted: ${wrong}.` : note([bet]);
    if (this.refused.textContent) return;
    this.node.close();
    this.said.textContent = isInPlay(bet) ? "The bet is noted, in play." : "The bet is noted.";
    clearTimeout(this.fading);
    this.fading = setTimeout(() => (this.said.textContent = ""), SAID_FOR);
  }
}

/** The choices, with what was wanted chosen, or else the first. */
function pick(select, choices, wanted) {
  choose(select, choices, wanted);
  if (select.selectedIndex < 0) select.selectedIndex = 0;
}
