// One line in the grid. Holds what it shows, so that only what differs is written: a poll that changes
// forty prices of nine thousand touches forty cells.
import { pointText, priceText } from "../format.js";

const ARROWS = { up: "\u25b2", down: "\u25bc" };
const WORDS = { up: "up from", down: "down from" };

export class Cell {
  constructor(node) {
    this.node = node;
    const [point, price] = node.firstElementChild.children;
    this.point = point;
    this.price = price;
    this.move = node.querySelector(".move");
  }

  /** Show a line: `view` has odds, format and a stamp of both; `way` is its movement, if any. Gives whether
   * anything was written. Lines and movements are never changed in place but for `old`. */
  update(line, best, market, outcome, view, way) {
    const old = way?.old ?? false;
    const same = line === this.line && way === this.way && old === this.old;
    if (same && best === this.best && view.stamp === this.stamp && outcome === this.outcome) return false;
    Object.assign(this, { line, best, way, old, outcome, stamp: view.stamp });
    const gone = !line && way?.way === "gone";
    const [point, price] = lineTexts(gone ? way.from : line, market, outcome, view);
    setText(this.point, point);
    setText(this.price, price);
    this.mark(best, gone);
    if (this.move) this.showMove(line && ARROWS[way?.way] ? way : null, market, outcome, view);
    return true;
  }

  mark(best, gone) {
    this.node.classList.toggle("best", best);
    this.node.classList.toggle("gone", gone);
    if (gone) this.node.title = "Taken off the board";
    else if (this.node.title) this.node.removeAttribute("title");
  }

  showMove(moved, market, outcome, view) {
    if (!moved && !this.move.textContent) return;
    setText(this.move, moved ? ARROWS[moved.way] : "");
    this.move.className = `move${moved ? ` ${moved.way}${moved.old ? " old" : ""}` : ""}`;
    if (moved) {
      this.move.setAttribute("role", "img");
      this.move.title = `${WORDS[moved.way]} ${lineTexts(moved.from, market, outcome, view).filter(Boolean).join(" ")}`;
    } else ["role", "title"].forEach((name) => this.move.removeAttribute(name));
  }

  /** How the bookmaker opened, where the page shows openers. */
  showOpener(line, market, outcome, view) {
    const words = line ? lineTexts(line, market, outcome, view).filter(Boolean).join(" ") : "";
    let opened = this.node.querySelector(".opened");
    if (!opened && words) {
      opened = document.createElement("span");
      opened.className = "opened";
      this.node.append(opened);
    }
    if (opened) setText(opened, words);
  }
}

/** The point and the price of a line as shown, both empty where there is none. */
export function lineTexts(line, market, outcome, view) {
  if (!line) return ["", ""];
  return [pointText(market, outcome, line[1]), priceText(line[0], view.format, view.odds)];
}

/** Write only what differs: an equal write would still cost a layout. A text is changed in place, which costs half
 * of putting another in. */
export function setText(node, text) {
  const only = node.firstChild;
  if (only?.nodeType === Node.TEXT_NODE && only === node.lastChild) {
    if (only.data !== text) only.data = text;
  } else if (node.textContent !== text) node.textContent = text;
}
