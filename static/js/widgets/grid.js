// The table of odds: columns, days and events. What an event shows is in event-rows.js.
import { ageText, timeText } from "../format.js";
import { isFresh } from "../feed.js";
import { booksOffering, columnsOf, eventOrder } from "../rows.js";
import { setText } from "./cell.js";
import { EventRows } from "./event-rows.js";

export class Grid {
  /** `only` is the id of the one event shown on its own page; `openers` gives how a line opened. */
  constructor(table, patterns, { only, openers } = {}) {
    this.table = table;
    this.patterns = patterns;
    this.only = only;
    this.openers = openers;
    this.market = table.dataset.market;
    this.head = table.tHead.rows[0];
    this.heads = [...this.head.querySelectorAll("th.book")];
    this.books = new Set(this.heads.map((head) => head.dataset.book));
    this.adoptable = [...this.books].join("\n");
    this.events = new Map();
    for (const node of table.querySelectorAll("tbody.event")) this.events.set(node.dataset.event, new EventRows(node, this));
    this.lag = "";
  }

  /** Show the model's board; `patch` names the events that changed, null means any may have. */
  update(model, patch) {
    const events = this.shown(model.board.events);
    const relaid = this.updateColumns(model, events);
    const view = this.view(model);
    const lag = [...view.out].sort().join("\n");
    const all = patch === null || relaid || lag !== this.lag;
    this.lag = lag;
    this.place(events);
    for (const [id, rows] of this.events) {
      if (all || Object.hasOwn(patch, id) || !rows.built) rows.update(events[id], view);
    }
    this.tick(model);
  }

  shown(events) {
    if (this.only === undefined) return events;
    return events[this.only] ? { [this.only]: events[this.only] } : {};
  }

  view(model) {
    const { movements, out, now, dataAt, changedAt } = model;
    const columns = this.columns;
    const openers = this.openers && ((book, outcome, line) => this.openers(book, this.market, outcome, line));
    return {
      market: this.market, odds: model.odds, format: model.board.odds_format, columns, openers,
      books: columns.map(({ book }) => book).join("\n"), movements, out, now, dataAt, changedAt, isFresh,
    };
  }

  /** Columns are added, never taken away while the page is open: a book that flaps must not make the
   * others jump. Another market begins anew. Gives whether anything was laid out anew. */
  updateColumns(model, events) {
    const offering = booksOffering(Object.values(events), this.market);
    const more = [...offering].filter((book) => !this.books.has(book));
    if (this.columns && !more.length) return false;
    more.forEach((book) => this.books.add(book));
    this.columns = columnsOf(this.books, model.board.bookmakers, model.words);
    const laid = this.columns.map(({ book }) => book).join("\n");
    if (laid === this.heads.map((head) => head.dataset.book).join("\n")) return false;
    this.adoptable = null;
    this.heads.forEach((head) => head.remove());
    this.heads = this.columns.map((column) => this.patterns.book(column));
    this.head.append(...this.heads);
    return true;
  }

  /** Put another market in place of the one shown. */
  switchTo(market) {
    this.market = this.table.dataset.market = market;
    this.books = new Set();
    this.columns = undefined;
  }

  /** Put days and events in order, moving only what is out of place. */
  place(events) {
    for (const [id, rows] of this.events) {
      if (!events[id]) {
        rows.node.remove();
        this.events.delete(id);
      }
    }
    const wanted = this.only === undefined ? this.withDays(events) : Object.keys(events).map((id) => this.rowsOf(id).node);
    let at = this.table.tHead.nextElementSibling;
    for (const node of wanted) {
      if (node === at) at = at.nextElementSibling;
      else this.table.insertBefore(node, at);
    }
    while (at) {
      const next = at.nextElementSibling;
      at.remove();
      at = next;
    }
  }

  withDays(events) {
    const days = new Map([...this.table.querySelectorAll("tbody.day")].map((node) => [node.textContent, node]));
    const nodes = [];
    let last = "";
    for (const id of eventOrder(events)) {
      const day = timeText(Date.parse(events[id].starts_at), "day");
      if (day !== last) nodes.push(days.get(day) ?? this.patterns.day(day));
      last = day;
      nodes.push(this.rowsOf(id).node);
    }
    return nodes;
  }

  rowsOf(id) {
    if (!this.events.has(id)) this.events.set(id, new EventRows(this.patterns.event(id), this));
    return this.events.get(id);
  }

  /** What time alone changes. */
  tick(model) {
    const { dataAt, now, out } = model;
    for (const rows of this.events.values()) rows.tick(now, dataAt, isFresh);
    const since = dataAt === null ? 0 : (now - dataAt) / 1000;
    for (const head of this.heads) {
      const { book } = head.dataset;
      const known = Object.hasOwn(model.feed.ages ?? {}, book);
      setText(head.querySelector(".seen"), known ? ageText(model.feed.ages[book] + since) : "");
      head.classList.toggle("lags", out.has(book));
    }
  }
}
