// How an event's lines moved: what is chosen, what is fetched, and the table beside the drawing.
import { fetchData } from "../browser/ask.js";
import { plural, pointText, priceText, timeText } from "../shown/format.js";
import { booksWith, follow, outcomesIn, piecesOf, spanOf, stepsOf, storyOf, valueOf } from "../shown/history.js";
import { lineKey } from "../domain/movements.js";
import { columnsOf, marketName, marketsOf, rowLabels } from "../shown/rows.js";
import { intlZone } from "../shown/view-state.js";
import { lineTexts, setText } from "./cell.js";
import { look, Plot } from "./plot.js";

const REDRAW = 30_000;

export class Chart {
  constructor(base, event, words) {
    this.url = `${base}/api/events/${encodeURIComponent(event)}/history`;
    this.event = event;
    this.words = words;
    this.node = document.getElementById("chart");
    this.form = this.node.querySelector("form");
    this.body = this.node.querySelector("tbody");
    this.told = document.getElementById("chart-said");
    this.read = document.getElementById("chart-read");
    this.lines = new Map();
    this.loaded = new Map();
    this.plot = new Plot(document.getElementById("plot"), (at) => this.tip(at));
    this.form.addEventListener("change", () => this.load());
    this.plot.node.addEventListener("keyup", () => setText(this.read, this.spoken()));
  }

  /** A new board (patch null: a whole one), or only another way to show it. */
  update(model, patch) {
    const first = !this.model;
    this.model = model;
    if (first && !Object.keys(model.board.events[this.event]?.lines ?? {}).length) {
      this.model = undefined;
      return;
    }
    this.node.hidden = false;
    this.offer();
    const { market } = this.chosen();
    const missed = patch === null && this.loaded.get(market) !== model.board.version;
    if (first || missed) this.load(true);
    else if (this.followed(market) || patch === null) this.draw();
  }

  /** Time alone: the lines grow to the right. */
  tick(model) {
    if (!this.model || model.now - this.drawnAt < REDRAW) return;
    this.model = model;
    this.draw();
  }

  chosen() {
    const { market, outcome, shows, hours } = Object.fromEntries(new FormData(this.form));
    return { market, outcome, shows: shows ?? "price", hours: Number(hours ?? 0) };
  }

  /** Take what the board holds into what is drawn. */
  followed(market) {
    const { board } = this.model;
    if (!this.loaded.has(market)) return false;
    this.loaded.set(market, board.version);
    return follow(this.lines, board.events[this.event], market, board.odds_format, Date.parse(board.time));
  }

  /** Fetch the market that is chosen, unless it is there. */
  async load(anew = false) {
    const { market } = this.chosen();
    if (!anew && this.loaded.has(market)) {
      this.offer();
      this.draw();
      return;
    }
    const changes = await fetchHistory(`${this.url}?market=${encodeURIComponent(market)}`);
    if (!changes) {
      setText(this.told, "The history can't be loaded now.");
      return;
    }
    for (const key of this.lines.keys()) if (JSON.parse(key)[1] === market) this.lines.delete(key);
    piecesOf(changes).forEach((pieces, key) => this.lines.set(key, pieces));
    this.loaded.set(market, this.model.board.version);
    this.followed(market);
    this.offer();
    this.draw();
  }

  /** The choices that there are now; what was chosen stays chosen. */
  offer() {
    const { board } = this.model;
    const event = board.events[this.event];
    if (event) options(this.form.market, marketsOf({ only: event }, this.words).map((key) => [key, marketName(key, this.words)]));
    const { market } = this.chosen();
    const labels = event ? rowLabels(event, [market], board.odds_format).map(({ outcomes }) => outcomes[0]).filter(Boolean) : [];
    const named = new Map(labels.map((outcome) => [outcome, outcome]));
    outcomesIn(this.lines, market).forEach((outcome) => named.set(outcome, outcome));
    options(this.form.outcome, [...named]);
    const pointless = ![...this.lines].some(([key, pieces]) => JSON.parse(key)[1] === market && pieces.some(({ line }) => line[1] !== null));
    const [price, point] = this.form.querySelectorAll("[name=shows]");
    point.disabled = pointless;
    if (pointless) price.checked = true;
  }

  draw() {
    const { board, now } = this.model;
    const { market, outcome, shows, hours } = this.chosen();
    this.drawnAt = now;
    this.view = { market, outcome, shows, odds: this.model.odds, zone: intlZone(this.model.view.zone) };
    this.columns = columnsOf(booksWith(this.lines, market, outcome), board.bookmakers, this.words);
    this.rows = this.columns.map(({ book }) => this.lines.get(lineKey(book, market, outcome)));
    const start = Date.parse(board.events[this.event]?.starts_at ?? "");
    const { since, until } = spanOf(this.rows, hours, now, start);
    this.steps = stepsOf(this.rows, shows, since, Math.min(until, now));
    const beyond = until > now ? { times: [...this.steps.times, until], columns: this.steps.columns.map((values) => [...values, null]) } : this.steps;
    const openers = this.rows.map(([piece], index) => ({ time: piece.from, value: valueOf(piece, shows), index }));
    const marks = { start, openers: openers.filter(({ time, value }) => value !== null && time >= since) };
    this.plot.draw({ ...beyond, names: this.columns.map(({ book }) => book), text: (value) => this.label(value), zone: this.view.zone, marks, shows, last: this.steps.times.length - 1 });
    this.fill();
  }

  /** A value of the axis in the odds format shown. */
  label(value) {
    const { market, outcome, shows, odds } = this.view;
    return shows === "point" ? pointText(market, outcome, round(value)) : priceText(round(value, 3), "decimal", odds);
  }

  time(moment) {
    return timeText(moment, "full", this.view.zone);
  }

  wordsOf(piece) {
    if (!piece) return "off the board";
    const { outcome, market, odds } = this.view;
    return lineTexts(piece.line, market, outcome, { format: piece.format, odds }).filter(Boolean).join(" ");
  }

  /** The table, and a sentence that says what the drawing shows. */
  fill() {
    const stories = this.rows.map((pieces) => storyOf(pieces));
    this.body.replaceChildren(...stories.map((story, index) => this.row(story, index)));
    const said = this.rows.length ? this.sentence() : "No bookmaker has had a line on this.";
    setText(this.told, said);
    this.plot.node.setAttribute("aria-label", `Chart. ${said}`);
  }

  sentence() {
    const changes = this.rows.reduce((sum, pieces) => sum + pieces.length - 1, 0);
    const first = Math.min(...this.rows.map(([piece]) => piece.from));
    const { market, outcome } = this.view;
    const counts = `${plural(this.rows.length, "book")}, ${plural(changes, "change")}`;
    return `${marketName(market, this.words)}, ${outcome}: ${counts} since ${this.time(first)}. Rings are openers.`;
  }

  row({ opened, before, now }, index) {
    const row = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    head.append(swatch(index), this.columns[index].title);
    row.append(head, this.cell(opened, opened.from), this.cell(before, before?.from, "\u2013"), this.cell(now, now?.from));
    return row;
  }

  cell(piece, at, none) {
    const cell = document.createElement("td");
    cell.textContent = piece || !none ? this.wordsOf(piece) : none;
    if (at) {
      const time = document.createElement("time");
      time.textContent = timeText(at, "brief", this.view.zone);
      time.dateTime = new Date(at).toISOString();
      cell.append(" ", time);
    }
    return cell;
  }

  /** What is shown beside the pointer: the time, then the bookmakers by value. */
  tip(at) {
    const time = this.steps.times[at];
    if (time === undefined) return [];
    const title = document.createElement("b");
    title.textContent = this.time(time);
    const list = document.createElement("ul");
    list.className = this.rows.length > 8 ? "two" : "";
    list.append(...this.standing(time).map(({ index, text }) => item(index, this.columns[index].short, text)));
    return [title, list];
  }

  /** The lines that stood at a moment, the largest value first. */
  standing(time) {
    return this.rows
      .map((pieces, index) => ({ index, piece: pieces.find(({ from, to }) => from <= time && (to === null || time < to)) }))
      .filter(({ piece }) => piece)
      .map(({ index, piece }) => ({ index, value: valueOf(piece, this.view.shows) ?? 0, text: this.wordsOf(piece) }))
      .sort((a, b) => b.value - a.value || a.index - b.index);
  }

  spoken() {
    const time = this.steps?.times[this.plot.at ?? -1];
    if (time === undefined) return "";
    const lines = this.standing(time).map(({ index, text }) => `${this.columns[index].title} ${text}`);
    return `${this.time(time)}: ${lines.join(", ")}`;
  }
}

async function fetchHistory(url) {
  try {
    const answer = await fetchData(url, { cache: "no-cache" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function options(select, wanted) {
  if (wanted.map(([value]) => value).join("\n") === [...select.options].map(({ value }) => value).join("\n")) return;
  const { value } = select;
  select.replaceChildren(...wanted.map(([key, label]) => new Option(label, key)));
  if (wanted.some(([key]) => key === value)) select.value = value;
}

function item(index, name, text) {
  const node = document.createElement("li");
  node.append(swatch(index), `${name} ${text}`);
  return node;
}

/** The look of a line, as a short piece of it. */
function swatch(index) {
  const { color, style } = look(index);
  const node = document.createElement("i");
  node.className = "swatch";
  node.style.borderTopColor = `var(${color})`;
  node.style.borderTopStyle = style;
  node.setAttribute("aria-hidden", "true");
  return node;
}

function round(value, places = 2) {
  return Number(value.toFixed(places));
}
