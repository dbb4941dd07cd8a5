// What is found in an event's loaded props: a list as the finder's, the best first.
import { plural } from "../shown/format.js";
import { findRows } from "../shown/props.js";
import { setText } from "./cell.js";

const MOST_SHOWN = 5;

export class PropFinds {
  constructor() {
    this.node = document.getElementById("props-finds");
    this.list = this.node.querySelector("ol");
    this.pattern = this.node.querySelector("template").content.firstElementChild;
    this.more = document.getElementById("props-finds-more");
    this.most = MOST_SHOWN;
    this.more.addEventListener("click", () => {
      this.most = Infinity;
      this.draw();
    });
  }

  /** `offer`: what REST tells of the event's markets. */
  update(offer, { odds, words, now }) {
    this.rows = findRows(offer, odds, words, now);
    this.node.hidden = !offer.loaded.length;
    this.draw();
  }

  draw() {
    const shown = this.rows.slice(0, this.most);
    while (this.list.children.length > shown.length) this.list.lastElementChild.remove();
    while (this.list.children.length < shown.length) this.list.append(document.importNode(this.pattern, true));
    shown.forEach((row, at) => write(this.list.children[at], row));
    setText(this.node.querySelector(".counted"), this.rows.length ? plural(this.rows.length, "find") : "Nothing is worth a look in what is loaded.");
    this.more.hidden = this.rows.length <= shown.length;
    setText(this.more, `Show all ${this.rows.length} finds`);
  }
}

function write(node, row) {
  const part = (name) => node.querySelector(`.${name}`);
  for (const name of ["edge", "kind", "about", "doubts"]) setText(part(name), row[name]);
  setText(part("of-market"), row.market);
  setText(part("fairly"), row.note);
  const list = part("bets");
  while (list.children.length > row.bets.length) list.lastElementChild.remove();
  while (list.children.length < row.bets.length) list.append(list.firstElementChild.cloneNode(true));
  row.bets.forEach((bet, at) => {
    for (const [name, text] of Object.entries(bet)) setText(list.children[at].querySelector(`.${name}`), text);
  });
}
