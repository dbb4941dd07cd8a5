// Nodes copied from the page's pattern, which the same macros wrote as the page itself.
import { nameOf } from "../shown/rows.js";

const LONG = 18; // letters that fit in any case, as in _grid.html

export class Patterns {
  constructor(base) {
    const { content } = document.getElementById("pattern");
    this.base = base;
    this.bookHead = content.querySelector("th.book");
    this.topHead = content.querySelector("th.top");
    this.asideHeads = content.querySelectorAll("thead .aside");
    this.dayBody = content.querySelector("tbody.day");
    this.eventBody = content.querySelector("tbody.event");
  }

  /** The head of a bookmaker's column. */
  book({ book, title, short, market, of, first }) {
    const node = this.bookHead.cloneNode(true);
    node.dataset.book = book;
    node.dataset.of = market;
    node.classList.toggle("first", first);
    node.querySelector(".of").textContent = of;
    node.querySelector(".short").textContent = short;
    node.querySelector(".short").title = title;
    node.querySelector(".sr").textContent = title;
    return node;
  }

  /** The head of a column of best lines. */
  top(of) {
    const node = this.topHead.cloneNode(true);
    node.querySelector(".of").textContent = of;
    return node;
  }

  /** The heads of what stands before the best line and after it, of these `names`. */
  asides(names) {
    const heads = [...this.asideHeads].filter((head) => isAmong(head, names)).map((head) => head.cloneNode(true));
    const isLate = (head) => head.classList.contains("fair");
    return [heads.filter((head) => !isLate(head)), heads.filter(isLate)];
  }

  /** A heading between days. */
  day(label) {
    const node = this.dayBody.cloneNode(true);
    node.querySelector("th").textContent = label;
    return node;
  }

  /** An event without rows yet. */
  event(id) {
    const node = this.eventBody.cloneNode(false);
    node.dataset.event = id;
    return node;
  }

  /** The rows of an event, their cells still empty. */
  rows(event, id, labels, titled, view) {
    const patterns = [0, 1].map((index) => this.filled(index, view));
    const lines = labels.map((label, index) => this.row(event, id, label, index, patterns));
    if (!titled) return lines;
    const title = this.eventBody.querySelector("tr.title").cloneNode(true);
    title.querySelector("th").textContent = nameOf(event);
    return [title, ...lines];
  }

  row(event, id, { outcomes, name, tag }, index, patterns) {
    const node = patterns[Math.min(index, 1)].cloneNode(true);
    node.dataset.outcome = outcomes.join(" | ");
    if (index > 1) node.querySelector(".when").replaceChildren();
    const link = node.querySelector(".name");
    link.textContent = link.title = name;
    link.classList.toggle("long", name.length > LONG);
    link.href = `${this.base}/event/${encodeURIComponent(id)}`;
    node.querySelector(".tag").textContent = tag;
    node.querySelector(".star")?.setAttribute("aria-label", `Favourite: ${nameOf(event)}`);
    return node;
  }

  /** A row with a cell for each column, made once for all the rows of a view. */
  filled(index, view) {
    const key = `${view.books}\u0001${view.markets}`;
    if (this.key !== key) [this.key, this.rowsMade] = [key, []];
    this.rowsMade[index] ??= this.fill(index, view);
    return this.rowsMade[index];
  }

  fill(index, view) {
    const node = this.eventBody.querySelectorAll("tr.line")[index].cloneNode(true);
    const cell = node.querySelector(".line-cell");
    const top = node.querySelector(".top");
    cell.replaceWith(...view.columns.map((column) => copyCell(cell, column, index)));
    for (const aside of node.querySelectorAll(".aside")) if (!isAmong(aside, view.asides)) aside.remove();
    top.replaceWith(...view.markets.map(() => top.cloneNode(true)));
    return node;
  }
}

function isAmong({ classList }, names) {
  return names.some((name) => classList.contains(name));
}

function copyCell(pattern, { short, first }, index) {
  const cell = pattern.cloneNode(true);
  cell.classList.toggle("first", first);
  if (index === 0 && short) cell.dataset.short = short;
  else delete cell.dataset.short;
  return cell;
}
