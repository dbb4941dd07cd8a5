// One line in the grid. Holds what it shows, so that only what differs is written: a poll that changes
// forty prices of nine thousand touches forty cells.
import { pointText, priceText } from "../format.js";
import { lineKey } from "../movements.js";

const ARROWS = { up: "\u25b2", down: "\u25bc", new: "", gone: "" };
const WORDS = { up: "up from", down: "down from" };

export class Cell {
  constructor(node) {
    this.node = node;
    const [point, price] = node.firstElementChild.children;
    this.point = point;
    this.price = price;
    this.move = node.querySelector(".move");
    this.shows = null;
  }

  /** Show a line: `view` has market, odds and format; `way` is its movement, if any. */
  update(line, best, outcome, view, way) {
    const gone = !line && way?.way === "gone";
    const [point, price] = lineTexts(gone ? way.from : line, outcome, view);
    const moved = line && way && way.way !== "new" && way.way !== "gone" ? way : null;
    const shows = `${point}\u0001${price}\u0001${best}\u0001${gone}\u0001${moved?.way}\u0001${moved?.old}\u0001${moved?.at}`;
    if (shows === this.shows) return;
    this.shows = shows;
    setText(this.point, point);
    setText(this.price, price);
    this.node.classList.toggle("best", best);
    this.node.classList.toggle("gone", gone);
    if (this.move) this.showMove(moved, outcome, view);
  }

  showMove(moved, outcome, view) {
    setText(this.move, moved ? ARROWS[moved.way] : "");
    this.move.className = `move${moved ? ` ${moved.way}${moved.old ? " old" : ""}` : ""}`;
    if (!moved) {
      ["role", "aria-label", "title"].forEach((name) => this.move.removeAttribute(name));
      return;
    }
    const words = `${WORDS[moved.way]} ${lineTexts(moved.from, outcome, view).filter(Boolean).join(" ")}`;
    this.move.setAttribute("role", "img");
    this.move.setAttribute("aria-label", words);
    this.move.title = words;
  }

  /** How the bookmaker opened, where the page shows openers. */
  showOpener(line, outcome, view) {
    const words = line ? lineTexts(line, outcome, view).filter(Boolean).join(" ") : "";
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
export function lineTexts(line, outcome, view) {
  if (!line) return ["", ""];
  return [pointText(view.market, outcome, line[1]), priceText(line[0], view.format, view.odds)];
}

/** Write only what differs: an equal write would still cost a layout. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export { lineKey };
