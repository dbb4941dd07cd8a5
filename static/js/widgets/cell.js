// One line in the grid. Holds what it shows, so that only what differs is written: a poll that changes
// forty prices of nine thousand touches forty cells. Points, arrows and openers have nodes only where there are some:
// an empty node costs style and layout like any other.
import { amountText, fits } from "../shown/amount.js";
import { pointText, priceText } from "../shown/format.js";

const ARROWS = { up: "\u25b2", down: "\u25bc" };
const WORDS = { up: "up from", down: "down from" };

export class Cell {
  constructor(node) {
    this.node = node;
    for (const part of node.children) this[part.classList[0]] = part; // price; point, opened where there are some
    this.isBest = node.classList.contains("best");
    this.isGone = false;
  }

  /** Show a line: `view` has odds, format and a stamp of both; `way` is its movement, if any. Gives whether
   * anything was written. Lines and movements are never changed in place but for `old`. */
  update(line, best, market, outcome, view, way) {
    const old = way?.old ?? false;
    const same = line === this.line && way === this.way && old === this.old;
    if (same && best === this.best && view.stamp === this.stamp && outcome === this.outcome) return false;
    Object.assign(this, { line, best, way, old, outcome, stamp: view.stamp });
    const gone = !line && way?.way === "gone";
    const texts = lineTexts(gone ? way.from : line, market, outcome, view);
    const [point, price] = texts;
    if (point || this.point) setText(this.part("point"), point);
    setText(this.price, price);
    this.markBest(best);
    this.markGone(gone);
    this.showMove(line && ARROWS[way?.way] ? way : null, market, outcome, view, texts);
    return true;
  }

  /** A part of the cell, made where there is none yet. */
  part(name) {
    if (!this[name]) {
      this[name] = document.createElement("span");
      this[name].className = name;
      if (name === "point") this.price.before(this.point, " ");
      else this.node.append(this[name]);
    }
    return this[name];
  }

  markBest(best) {
    if (best === this.isBest) return;
    this.isBest = best;
    this.node.classList.toggle("best", best);
  }

  markGone(gone) {
    if (gone === this.isGone) return;
    this.isGone = gone;
    this.node.classList.toggle("gone", gone);
    if (gone) this.node.title = "Taken off the board";
    else this.node.removeAttribute("title");
  }

  /** An arrow and by how much, where `texts` leave room for that. */
  showMove(moved, market, outcome, view, texts) {
    if (!moved) {
      this.move?.remove();
      this.move = undefined;
      return;
    }
    const { move } = this.move ? this : { move: this.part("move") };
    const amount = amountText(moved.from, this.line, view.format, view.odds);
    setText(move, amount && fits(amount, texts, { market, alone: view.markets.length === 1, best: this.isBest }) ? `${ARROWS[moved.way]}${amount}` : ARROWS[moved.way]);
    const name = `move ${moved.way}${moved.old ? " old" : ""}`;
    if (move.className !== name) move.className = name;
    move.setAttribute("role", "img");
    move.title = `${WORDS[moved.way]} ${lineTexts(moved.from, market, outcome, view).filter(Boolean).join(" ")}`;
  }

  /** How the bookmaker opened, where the page shows openers. */
  showOpener(line, market, outcome, view) {
    const words = line ? lineTexts(line, market, outcome, view).filter(Boolean).join(" ") : "";
    if (words || this.opened) setText(this.part("opened"), words);
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
