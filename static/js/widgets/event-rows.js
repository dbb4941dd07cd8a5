// One event in the grid: its rows for the market shown.
import { bestBookmakers } from "../compare.js";
import { soonText, timeText } from "../format.js";
import { lineKey } from "../movements.js";
import { isTitled, nameOf, rowLabels } from "../rows.js";
import { Cell, setText } from "./cell.js";

export class EventRows {
  /** `node` is a tbody of the page, or one copied from the pattern and still to be filled. */
  constructor(node, grid) {
    this.node = node;
    this.grid = grid;
    this.built = "";
    this.flashed = [];
  }

  get id() {
    return this.node.dataset.event;
  }

  /** Make the rows show `event`. */
  update(event, view) {
    const labels = rowLabels(event, view.market, view.format);
    const titled = isTitled(event, labels);
    const build = JSON.stringify([labels, titled, view.books, nameOf(event)]);
    if (build !== this.built) this.build(event, labels, titled, view);
    this.built = build;
    this.startsAt = Date.parse(event.starts_at);
    labels.forEach((label, index) => this.updateRow(event, label, this.rows[index], view));
    const clock = this.node.querySelector("time");
    clock.dateTime = event.starts_at;
    setText(clock, timeText(this.startsAt, "clock"));
    this.tick(view.now, view.dataAt, view.isFresh);
  }

  /** Take the rows that the page came with, or make them where they do not fit. */
  build(event, labels, titled, view) {
    const nodes = [...this.node.querySelectorAll("tr.line")];
    const fits =
      nodes.length === labels.length &&
      (this.node.querySelector("tr.title")?.textContent ?? "") === (titled ? nameOf(event) : "") &&
      nodes.every((row, index) => row.dataset.outcome === labels[index].outcome) &&
      nodes.every((row) => row.querySelectorAll(".line-cell").length === view.columns.length) &&
      this.grid.adoptable === view.books;
    if (!fits) this.node.replaceChildren(...this.grid.patterns.rows(event, this.id, labels, titled, view));
    this.rows = [...this.node.querySelectorAll("tr.line")].map((row) => ({
      top: new Cell(row.querySelector(".top")),
      books: row.querySelector(".top .books"),
      cells: [...row.querySelectorAll(".line-cell")].map((cell) => new Cell(cell)),
    }));
    this.dot = this.node.querySelector(".dot");
    this.soon = this.node.querySelector(".soon");
  }

  updateRow(event, { outcome }, row, view) {
    const best = bestBookmakers(event.lines, view.market, outcome, view.out, view.format);
    const holders = view.columns.filter(({ book }) => best.includes(book));
    view.columns.forEach(({ book }, index) => {
      const line = event.lines[book]?.[view.market]?.[outcome];
      const moved = view.movements.get(this.id, lineKey(book, view.market, outcome));
      row.cells[index].update(line, best.includes(book), outcome, view, moved);
      if (moved?.at === view.changedAt) this.flash(row.cells[index].node);
      if (view.openers) row.cells[index].showOpener(view.openers(book, outcome, line), outcome, view);
    });
    const top = holders.length ? event.lines[holders[0].book][view.market][outcome] : undefined;
    row.top.update(top, false, outcome, view);
    setText(row.books, outcome === "" ? "no lines" : holdersText(holders));
  }

  flash(cell) {
    cell.classList.add("flash");
    if (!this.flashed.length) setTimeout(() => this.calm(), 600);
    this.flashed.push(cell);
  }

  calm() {
    this.flashed.forEach((cell) => cell.classList.remove("flash"));
    this.flashed = [];
  }

  /** What time alone changes: the dot of freshness, how soon it starts. */
  tick(now, dataAt, isFresh) {
    const old = !isFresh(dataAt, this.startsAt, now);
    const started = this.startsAt <= now;
    const shows = `${old}${started}`;
    if (shows !== this.shows) {
      this.shows = shows;
      this.node.classList.toggle("old", old);
      this.node.classList.toggle("started", started);
      this.dot.title = old ? "Beyond its limit of age" : "Within its limit of age";
    }
    if (this.soon) setText(this.soon, soonText((this.startsAt - now) / 1000));
  }
}

/** Who has the best line, as far as there is room. */
function holdersText(holders) {
  return holders.length <= 2 ? holders.map(({ short }) => short).join(" ") : `${holders.length} books`;
}
