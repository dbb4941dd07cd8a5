// The table of odds: columns, headings and events. What an event shows is in event-rows.js. Events that
// nobody can see are brought up to date in turns, between frames.
import { arranged, groupsOf } from "../shown/chosen.js";
import { ageText } from "../shown/format.js";
import { isFresh } from "../domain/feed.js";
import { booksOffering, columnsOf, marketName, marketsOf, shownMarkets } from "../shown/rows.js";
import { Turns } from "../browser/turns.js";
import { setText } from "./cell.js";
import { ColumnWindow } from "./column-window.js";
import { EventRows } from "./event-rows.js";

// Beside one market; beside several there is no room, and on the page of an event each line has its own opener.
const ASIDES = { board: ["opener", "spark", "fair"], event: ["fair"], several: [] };

export class Grid {
  /** `only` is the id of the one event shown on its own page; `openers` gives how a line opened there, `firsts`
   * how an outcome opened. */
  constructor(table, patterns, { only, openers, firsts } = {}) {
    this.table = table;
    this.patterns = patterns;
    this.only = only;
    this.openers = openers;
    this.firsts = firsts;
    this.market = table.dataset.market;
    this.head = table.tHead.rows[0];
    this.heads = [...this.head.querySelectorAll("th.book")];
    this.books = new Set(this.heads.map((head) => head.dataset.book));
    this.laid = keyOf(this.heads.map(({ dataset }) => ({ book: dataset.book, market: dataset.of })));
    this.adoptable = this.laid;
    this.events = new Map();
    const pane = document.getElementById("main");
    this.turns = new Turns(pane, (rows, view, near) => rows.update(view.events[rows.id], view, near));
    if (only === undefined && "adoptedStyleSheets" in document) this.window = new ColumnWindow(pane, table);
    for (const node of table.querySelectorAll("tbody.event")) this.adopt(new EventRows(node, this));
  }

  adopt(rows) {
    this.events.set(rows.id, rows);
    this.turns.watch(rows);
    return rows;
  }

  /** Show the model's board; `patch` names the events that changed, null means any may have. */
  update(model, patch) {
    const events = this.only === undefined ? model.board.events : one(model.board.events, this.only);
    const changed = patch === null ? Object.keys(events) : Object.keys(patch).filter((id) => events[id]);
    const relaid = this.updateColumns(model, changed.map((id) => events[id]));
    const view = this.view(model, events);
    const all = patch === null || relaid || view.look !== this.look;
    this.look = view.look;
    this.table.dataset.odds = model.odds;
    if (all || Object.keys(patch).some((id) => !events[id] || !this.events.has(id) || patch[id].starts_at)) this.place(view);
    if (all) this.window?.measure(this.head.cells.length - this.columns.length, this.columns.length);
    const dirty = all ? [...this.events.keys()] : changed;
    this.turns.take(dirty.map((id) => this.events.get(id)).filter(Boolean), view, patch === null);
    this.tickHeads(model);
  }

  /** Something beside the lines has come: every event shows it in its turn. */
  refresh(model) {
    if (!this.columns) return;
    const view = this.view(model, model.board.events);
    this.turns.take([...this.events.values()].filter(({ id }) => view.events[id]), view, false);
  }

  view(model, events) {
    const { movements, out, now, dataAt, changedAt, odds, view } = model;
    const format = model.board.odds_format;
    const { columns, markets } = this;
    const stamp = `${odds} ${format} ${markets}`;
    const { asides } = this;
    return {
      asides, terms: asides.length > 0 && termsOf(model, stamp), firsts: this.firsts, titles: model.board.bookmakers, words: model.words, past: model.past,
      events, view, markets, odds, format, columns, movements, out, now, dataAt, changedAt, isFresh, stamp,
      openers: this.openers && ((book, outcome, line) => this.openers(book, markets[0], outcome, line)),
      ages: model.feed.ages, scores: scoresOf(model), zone: view.zone, books: this.laid,
      look: JSON.stringify([stamp, [...out].sort(), view]),
    };
  }

  /** Columns are added, never taken away while the page is open unless somebody hides them: a book that
   * flaps must not make the others jump. Another market begins anew. Gives whether anything was laid out. */
  updateColumns(model, events) {
    this.markets ??= shownMarkets(this.market, marketsOf(model.board.events, model.words));
    booksOffering(events, this.markets).forEach((book) => this.books.add(book));
    const wanted = `${this.books.size} ${this.market} ${model.view.hide} ${model.view.order}`;
    if (wanted === this.wanted) return false;
    this.wanted = wanted;
    const several = this.markets.length > 1;
    const books = arranged(columnsOf(this.books, model.board.bookmakers, model.words), model.view);
    this.columns = books.flatMap((column) => this.markets.map((market, at) => ({
      ...column, market, at, first: several && at === 0, of: several ? marketName(market, model.words) : "",
    })));
    const laid = keyOf(this.columns);
    if (laid === this.laid) return false;
    this.layHead(laid, several, model);
    return true;
  }

  /** What stands beside the best line. */
  get asides() {
    if (this.markets.length > 1) return ASIDES.several;
    return this.only === undefined ? ASIDES.board : ASIDES.event;
  }

  layHead(laid, several, model) {
    this.laid = laid;
    this.adoptable = null;
    this.heads = this.columns.map((column) => this.patterns.book(column));
    const tops = this.markets.map((market) => this.patterns.top(several ? marketName(market, model.words) : ""));
    const [early, late] = this.patterns.asides(this.asides);
    this.head.replaceChildren(this.head.cells[0], ...early, ...tops, ...late, ...this.heads);
    this.table.toggleAttribute("data-several", several);
  }

  /** Put another market in place of the one shown. */
  switchTo(market) {
    if (market === this.market) return;
    this.market = this.table.dataset.market = market;
    this.books = new Set();
    this.markets = this.wanted = undefined;
  }

  /** Put headings and events in order, moving only what is out of place. */
  place(view) {
    const wanted = this.only === undefined ? this.grouped(view) : Object.keys(view.events).map((id) => this.rowsOf(id).node);
    const held = document.activeElement;
    let at = this.table.tHead.nextElementSibling;
    for (const node of wanted) {
      if (node === at) at = at.nextElementSibling;
      else this.table.insertBefore(node, at);
    }
    const kept = new Set(wanted);
    for (const [id, rows] of this.events) if (!kept.has(rows.node)) this.forget(id, rows);
    for (const node of [...this.table.tBodies]) if (!kept.has(node)) node.remove();
    // A node that is moved loses the focus.
    if (held !== document.activeElement && this.table.contains(held)) held.focus({ preventScroll: true });
  }

  forget(id, rows) {
    this.turns.forget(rows);
    this.events.delete(id);
  }

  grouped(view) {
    const heads = new Map([...this.table.querySelectorAll("tbody.day")].map((node) => [node.textContent, node]));
    const nodes = [];
    this.shown = [];
    for (const [label, ids] of groupsOf(view.events, view.view, view.now, view)) {
      nodes.push(heads.get(label) ?? this.patterns.day(label), ...ids.map((id) => this.rowsOf(id).node));
      this.shown.push(...ids);
    }
    return nodes;
  }

  rowsOf(id) {
    return this.events.get(id) ?? this.adopt(new EventRows(this.patterns.event(id), this));
  }

  /** What time alone changes. */
  tick(model) {
    const { dataAt, now, feed } = model;
    for (const rows of this.events.values()) rows.tick({ now, dataAt, isFresh, ages: feed.ages, scores: scoresOf(model) });
    this.tickHeads(model);
  }

  tickHeads({ dataAt, now, out, feed }) {
    const ages = feed.ages ?? {};
    const since = dataAt === null ? 0 : (now - dataAt) / 1000;
    for (const head of this.heads) {
      const { book } = head.dataset;
      head.seen ??= head.querySelector(".seen");
      const aged = Object.hasOwn(ages, book);
      setText(head.seen, aged ? ageText(ages[book] + since) : "");
      head.classList.toggle("aged", aged);
      head.classList.toggle("lags", (out.late ?? out).has(book));
    }
  }
}

/** By what a fair price is found; the stamp says when it would be another. */
function termsOf({ board, out: barred, page, view }, stamp) {
  const out = barred.late ?? barred; // what is fair, those say too at whom the viewer does not bet
  const method = view.fair || page.fair.method;
  const wanted = !view.without.includes("fair");
  return { format: board.odds_format, out, method, weights: page.fair.weights, wanted, stamp: `${stamp} ${method} ${wanted} ${[...out].sort()}` };
}

function keyOf(columns) {
  return columns.map(({ book, market }) => `${book}\u0001${market}`).join("\n");
}

/** Scores are of now: beside a board of the past they would be wrong. */
function scoresOf({ feed, past }) {
  return past ? undefined : feed.scores;
}

function one(events, id) {
  return events[id] ? { [id]: events[id] } : {};
}
