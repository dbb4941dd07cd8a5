// One event in the grid: its rows for the markets shown.
import { isFavourite } from "../shown/chosen.js";
import { bestBookmakers } from "../domain/compare.js";
import { fairLines } from "../domain/consensus.js";
import { ageText, soonText, timeText } from "../shown/format.js";
import { lineKey } from "../domain/movements.js";
import { within } from "../domain/names.js";
import { isTitled, nameOf, rowLabels } from "../shown/rows.js";
import { isOldScore, points } from "../domain/scores.js";
import { intlZone } from "../shown/view-state.js";
import { Asides } from "./asides.js";
import { Cell, setText } from "./cell.js";
import { ColumnWindow } from "./column-window.js";

const NONE = new Map();

export class EventRows {
  /** `node` is a tbody of the page, or one copied from the pattern and still to be filled. */
  constructor(node, grid) {
    this.node = node;
    this.grid = grid;
    this.id = node.dataset.event;
    this.built = "";
    this.flashed = [];
  }

  /** Make the rows show `event`; `near` = somebody may be looking. Gives how many cells were written. */
  update(event, view, near) {
    const moves = view.movements.of(this.id) ?? NONE;
    if (this.isReshaped(event, view, moves)) this.shape(event, view);
    this.event = event;
    this.startsAt = Date.parse(event.starts_at);
    const fair = view.terms && this.fairOf(event, view);
    const written = this.rows.reduce((sum, row) => sum + this.updateRow(event, row, view, moves, near, fair), 0);
    this.showTime(event, view);
    if (this.view !== view.view) this.showStar(event, view);
    this.shows = null;
    this.tick(view);
    return written;
  }

  /** Whether the event may have other rows than it has. */
  isReshaped(event, view, moves) {
    let gone = 0;
    for (const { way } of moves.values()) if (way === "gone") gone += 1;
    const same = this.event && view.look === this.look && gone === this.gone && hasSameShape(this.event, event, view.markets);
    this.look = view.look;
    this.gone = gone;
    return !same;
  }

  shape(event, view) {
    const labels = this.labels(event, view);
    const titled = this.grid.only === undefined && isTitled(event, labels);
    const build = JSON.stringify([labels, titled, view.books, nameOf(event)]);
    if (build !== this.built) this.build(event, labels, titled, view);
    this.built = build;
  }

  /** The rows of an event that has lost its last lines stay, struck through, while they are remembered. */
  labels(event, view) {
    const gone = view.movements.gone(this.id).filter(([, market]) => view.markets.includes(market));
    const labels = rowLabels(gone.length ? withGone(event, gone) : event, view.markets, view.format);
    // On its own page a total is Over and Under, not a team's.
    return this.grid.only === undefined ? labels : labels.map((label) => ({ ...label, name: label.tag || label.name, tag: "" }));
  }

  /** Take the rows that the page came with, or make them where they do not fit. */
  build(event, labels, titled, view) {
    const nodes = [...this.node.querySelectorAll("tr.line")];
    const fits =
      nodes.length === labels.length &&
      this.grid.adoptable === view.books &&
      (this.node.querySelector("tr.title")?.textContent ?? "") === (titled ? nameOf(event) : "") &&
      nodes.every((row, index) => row.dataset.outcome === labels[index].outcomes.join(" | ")) &&
      nodes[0].querySelectorAll(".line-cell").length === view.columns.length &&
      nodes[0].querySelectorAll(".aside").length === view.asides.length;
    if (!fits) this.node.replaceChildren(...this.grid.patterns.rows(event, this.id, labels, titled, view));
    const lines = [...this.node.querySelectorAll("tr.line")];
    if (this.grid.window) lines.forEach(ColumnWindow.number);
    this.rows = lines.map((row, index) => rowOf(row, labels[index], view));
    this.dot = this.node.querySelector(".dot");
    this.soon = this.node.querySelector(".soon");
    this.clock = this.node.querySelector("time");
    this.star = this.node.querySelector(".star");
    this.said = this.view = this.score = this.scoreIsOld = undefined;
  }

  updateRow(event, row, view, moves, near, fair) {
    const best = view.markets.map((market, at) => bestBookmakers(event.lines, market, row.outcomes[at], view.out, view.format));
    row.holders = view.markets.map(() => []);
    let count = 0;
    view.columns.forEach((column, index) => {
      const { book, market, at } = column;
      const outcome = row.outcomes[at];
      const line = event.lines[book]?.[market]?.[outcome];
      const isBest = best[at].includes(book);
      if (isBest) row.holders[at].push(column);
      const moved = moves.size ? moves.get(row.keys[index]) : undefined;
      const written = row.cells[index].update(line, isBest, market, outcome, view, moved);
      if (written) count += 1;
      if (written && near && moved?.at === view.changedAt) this.flash(row.cells[index].node);
      if (view.openers) row.cells[index].showOpener(view.openers(book, outcome, line), market, outcome, view);
    });
    view.markets.forEach((market, at) => {
      const outcome = row.outcomes[at];
      const holder = row.holders[at][0];
      row.tops[at].update(holder && event.lines[holder.book][market][outcome], false, market, outcome, view);
    });
    row.asides?.update(this.id, view.markets[0], row.outcomes[0], view, fair);
    return count;
  }

  /** The event's fair lines, found once for its lines and terms. */
  fairOf(event, view) {
    const { terms, markets } = view;
    if (this.lines !== event.lines || this.terms !== terms.stamp) {
      this.fair = terms.wanted ? fairLines(event.lines, markets[0], terms) : null;
      Object.assign(this, { lines: event.lines, terms: terms.stamp });
    }
    return this.fair;
  }

  showTime(event, view) {
    const said = `${event.starts_at} ${view.zone}`;
    if (said === this.said) return;
    this.said = said;
    this.clock.dateTime = event.starts_at;
    setText(this.clock, timeText(this.startsAt, "clock", intlZone(view.zone)));
  }

  showStar(event, view) {
    this.view = view.view;
    const favourite = isFavourite(this.id, event, view.view);
    this.node.classList.toggle("favourite", favourite);
    if (this.star) this.star.setAttribute("aria-pressed", String(view.view.fav.includes(this.id)));
  }

  /** What each team has, next to its name; one that may have changed since it was told is grey. */
  showScore(score, now) {
    const old = isOldScore(score, now);
    if (score === this.score && old === this.scoreIsOld) return;
    this.score = score;
    this.scoreIsOld = old;
    const title = score && (score.completed ? "Final score" : `Score as of ${timeText(Date.parse(score.at), "clock", intlZone(this.view.zone))}`);
    for (const { name, score: node } of this.rows) {
      setText(node, points(score, this.event, name));
      node.title = title ?? "";
      node.classList.toggle("old", old);
    }
  }

  flash(cell) {
    cell.classList.add("flash");
    if (!this.flashed.length) {
      setTimeout(() => this.flashed.forEach((node) => node.classList.add("fading")), 300);
      setTimeout(() => this.calm(), 600);
    }
    this.flashed.push(cell);
  }

  calm() {
    this.flashed.forEach((cell) => cell.classList.remove("flash", "fading"));
    this.flashed = [];
  }

  /** What time alone changes: the dot of freshness, how soon it starts, the age of an old best line. */
  tick({ now, dataAt, isFresh, ages, scores }) {
    if (!this.rows) return;
    this.showScore(scores?.[this.id], now);
    const old = !isFresh(dataAt, this.startsAt, now);
    const started = this.startsAt <= now;
    const soon = soonText((this.startsAt - now) / 1000);
    const since = old && dataAt !== null ? ageText((now - dataAt) / 1000) : "";
    const shows = `${old}${started}${soon}${since}`;
    if (shows === this.shows) return;
    this.shows = shows;
    this.node.classList.toggle("old", old);
    this.node.classList.toggle("started", started);
    this.dot.title = old ? "Beyond its limit of age" : "Within its limit of age";
    if (this.soon) setText(this.soon, soon);
    for (const row of this.rows) row.books.forEach((node, at) => showHolders(node, row, at, since && now - dataAt, ages));
  }
}

function rowOf(node, { outcomes, name }, view) {
  return {
    outcomes,
    name,
    score: node.querySelector(".score"),
    keys: view.columns.map(({ book, market, at }) => lineKey(book, market, outcomes[at])),
    tops: [...node.querySelectorAll(".top .chip")].map((chip) => new Cell(chip)),
    books: [...node.querySelectorAll(".top .books")],
    cells: [...node.querySelectorAll(".line-cell")].map((cell) => new Cell(cell)),
    asides: Asides.of(node),
    holders: [],
    alone: outcomes.length === 1,
  };
}

/** Who has the best line, as far as there is room; where the data is old also how old. */
function showHolders(node, row, at, since, ages) {
  const holders = row.holders[at];
  setText(node, holders.length ? holdersText(holders, since, ages) : row.alone && row.outcomes[at] === "" ? "no lines" : "");
  const titles = holders.map(({ title }) => title).join(", ");
  if (node.title !== titles) node.title = titles;
}

function holdersText(holders, since, ages) {
  const shorts = holders.map(({ short }) => short);
  if (!since) return holders.length <= 2 ? shorts.join(" ") : `${holders.length} books`;
  const age = ageText(since / 1000 + (within(ages, holders[0].book) ?? 0));
  return `${holders.length === 1 ? shorts[0] : `${holders.length}\u00d7`} ${age}`;
}

/** Whether two states of an event have the same outcomes in the same order: what is shared is not looked at. */
function hasSameShape(old, event, markets) {
  if (old.away !== event.away || old.home !== event.home) return false;
  const books = Object.keys(event.lines);
  if (books.length !== Object.keys(old.lines).length) return false;
  return books.every((book) => event.lines[book] === old.lines[book] || markets.every((market) => hasSameOutcomes(old.lines[book]?.[market], event.lines[book][market], market)));
}

function hasSameOutcomes(old, held, market) {
  if (old === held) return true;
  // Outrights stand in the order of their prices.
  if (!old || !held || market.startsWith("outrights")) return false;
  const outcomes = Object.keys(held);
  return outcomes.length === Object.keys(old).length && outcomes.every((outcome) => outcome in old);
}

/** The event with the lines that left it, to know which rows they stood in. */
function withGone(event, gone) {
  const lines = { ...event.lines };
  for (const [book, market, outcome] of gone) {
    const held = lines[book]?.[market] ?? {};
    if (!held[outcome]) lines[book] = { ...lines[book], [market]: { ...held, [outcome]: [0, null] } };
  }
  return { ...event, lines };
}
