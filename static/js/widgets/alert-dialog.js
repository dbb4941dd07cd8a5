// The dialog that makes a rule, from a cell, an event or nothing.
import { marketName, marketsOf } from "../shown/rows.js";

const FIELDS = {
  target: ["event", "market", "outcome", "bookmaker", "point", "price"],
  move: ["event", "market", "outcome", "bookmaker", "points"],
  steam: ["event", "market", "outcome", "books", "seconds"],
  opener: ["event", "market", "bookmaker"],
  arbitrage: ["event", "market"],
  low_hold: ["event", "market"],
};
const POINTLESS = /^(h2h|outrights)/;
const NUMBERS = new Set(["point", "price", "points", "books", "seconds"]);

export class AlertDialog {
  /** `board()` gives the board; `made(rule)` sends a rule and gives why it was refused, or "". */
  constructor(board, words, made) {
    this.board = board;
    this.words = words;
    this.made = made;
    this.node = document.getElementById("alert-rule");
    this.form = this.node.querySelector("form");
    this.refused = document.getElementById("alert-refused");
    this.form.addEventListener("change", () => this.fill());
    this.form.addEventListener("submit", (submit) => this.submit(submit));
    document.getElementById("alert-cancel").addEventListener("click", () => this.node.close());
  }

  /** Open it with what is known: {event, market, outcome, bookmaker, price, point}. */
  open(known = {}) {
    this.form.reset();
    this.refused.textContent = "";
    document.getElementById("alert-format").textContent = this.board().odds_format;
    this.fill(known);
    for (const name of ["price", "point"]) this.form[name].value = known[name] ?? "";
    this.node.showModal();
  }

  /** The choices as the board has them, and the fields that the kind takes. */
  fill(known = {}) {
    const { events, bookmakers } = this.board();
    const chosen = (name) => known[name] ?? this.form[name].value;
    const games = Object.entries(events).map(([id, game]) => [id, titleOf(id, game)]);
    choose(this.form.event, [["", "Any"], ...games], chosen("event"));
    const shown = this.form.event.value ? [events[this.form.event.value]] : Object.values(events);
    const markets = marketsOf(events, this.words).filter((key) => !key.endsWith("_lay"));
    choose(this.form.market, [["", "Any"], ...markets.map((key) => [key, marketName(key, this.words)])], chosen("market"));
    const outcomes = outcomesOf(shown, this.form.market.value).map((name) => [name, name]);
    choose(this.form.outcome, [["", "Any"], ...outcomes], chosen("outcome"));
    choose(this.form.bookmaker, [["", "Any"], ...Object.entries(bookmakers)], chosen("bookmaker"));
    const takes = this.fields();
    for (const label of this.form.querySelectorAll("[data-field]")) label.hidden = !takes.includes(label.dataset.field);
  }

  /** What is asked: no point where the market has none. */
  fields() {
    const { kind, market } = this.form;
    return FIELDS[kind.value].filter((name) => name !== "point" || !POINTLESS.test(market.value));
  }

  rule() {
    const rule = { kind: this.form.kind.value, sport: this.board().sport };
    for (const name of this.fields()) {
      const { value } = this.form[name];
      if (value !== "") rule[name] = NUMBERS.has(name) ? Number(value) : value;
    }
    return rule;
  }

  async submit(submit) {
    submit.preventDefault();
    this.refused.textContent = await this.made(this.rule());
    if (!this.refused.textContent) this.node.close();
  }
}

/** 'Miami Heat at Boston Celtics'. */
export function titleOf(id, { home, away } = {}) {
  return home && away ? `${away} at ${home}` : (home ?? away ?? id);
}

export function outcomesOf(events, market) {
  const found = new Set();
  for (const event of events) {
    for (const markets of Object.values(event?.lines ?? {})) {
      for (const [key, lines] of Object.entries(markets)) {
        if (!market || key === market) Object.keys(lines).forEach((name) => found.add(name));
      }
    }
  }
  return [...found].sort();
}

/** Write the choices only where they differ, and keep what was chosen. */
export function choose(select, choices, chosen) {
  const shows = JSON.stringify(choices);
  if (select.dataset.shows !== shows) {
    select.dataset.shows = shows;
    select.replaceChildren(...choices.map(([value, label]) => new Option(label, value)));
  }
  select.value = chosen;
  if (select.selectedIndex < 0) select.value = "";
}
