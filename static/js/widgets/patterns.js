// Nodes copied from the page's pattern, which the same macros wrote as the page itself.
import { nameOf } from "../rows.js";

export class Patterns {
  constructor(base) {
    const { content } = document.getElementById("pattern");
    this.base = base;
    this.bookHead = content.querySelector("th.book");
    this.dayBody = content.querySelector("tbody.day");
    this.eventBody = content.querySelector("tbody.event");
  }

  /** The head of a bookmaker's column. */
  book({ book, title, short }) {
    const node = this.bookHead.cloneNode(true);
    node.dataset.book = book;
    node.querySelector(".short").textContent = short;
    node.querySelector(".short").title = title;
    node.querySelector(".sr").textContent = title;
    return node;
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
    const lines = labels.map((label, index) => this.row(id, label, index, view));
    if (!titled) return lines;
    const title = this.eventBody.querySelector("tr.title").cloneNode(true);
    title.querySelector("th").textContent = nameOf(event);
    return [title, ...lines];
  }

  row(id, { outcome, name, tag }, index, view) {
    const node = this.eventBody.querySelectorAll("tr.line")[Math.min(index, 1)].cloneNode(true);
    node.dataset.outcome = outcome;
    if (index > 1) node.querySelector(".when").replaceChildren();
    const link = node.querySelector(".name");
    link.textContent = link.title = name;
    link.href = `${this.base}/event/${encodeURIComponent(id)}`;
    node.querySelector(".tag").textContent = tag;
    const cell = node.querySelector(".line-cell");
    cell.replaceWith(...view.columns.map((column) => copyCell(cell, index === 0 && column.short)));
    return node;
  }
}

function copyCell(pattern, short) {
  const cell = pattern.cloneNode(true);
  if (short) cell.dataset.short = short;
  else delete cell.dataset.short;
  return cell;
}
