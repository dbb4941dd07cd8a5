// What stands beside the best line in a row: how the outcome opened, how that line went in the last day, and the price
// that all bookmakers together hold fair.
import { lastDay } from "../browser/first-lines.js";
import { plural, timeText } from "../shown/format.js";
import { within } from "../domain/names.js";
import { isOffered, toDecimal } from "../domain/price.js";
import { columnsOf } from "../shown/rows.js";
import { intlZone } from "../shown/view-state.js";
import { lineTexts, setText } from "./cell.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDE, HIGH] = [60, 16];

export class Asides {
  /** The cells of a row, or null where it has none. */
  static of(row) {
    return row.querySelector(".aside") ? new Asides(row) : null;
  }

  constructor(row) {
    for (const name of ["opener", "spark", "fair"]) this[name] = row.querySelector(`.${name}`);
  }

  /** `fair` has the event's fair lines, or null. */
  update(id, market, outcome, view, fair) {
    if (this.opener) this.updateFirst(id, market, outcome, view);
    this.showFair(fair?.[outcome], market, outcome, view);
  }

  updateFirst(id, market, outcome, view) {
    const first = view.firsts.of(id, outcome);
    const stamp = `${view.stamp} ${view.zone} ${view.view.without}`;
    const seen = view.past ? 0 : (first?.changes.length ?? 0);
    if (first !== this.first || stamp !== this.stamp || seen !== this.seen) {
      Object.assign(this, { first, stamp, seen });
      this.showOpener(first, market, outcome, view);
      this.showSpark(seen ? first : undefined, market, outcome, view);
    }
  }

  showOpener(first, market, outcome, view) {
    const line = first?.changes[0];
    const [from, shown] = this.opener.children;
    const [book] = line ? columnsOf([first.bookmaker], view.titles, view.words) : [];
    setText(from, book ? book.short : "");
    title(from, book?.title);
    setText(shown, line ? words(line.slice(1), market, outcome, view) : "");
    title(this.opener, line && `${book.title}, ${timeText(line[0], "full", intlZone(view.zone))}`);
  }

  showFair(line, market, outcome, view) {
    const shown = line ? words([line.price, line.point], market, outcome, view) : "";
    setText(this.fair, shown);
    title(this.fair, line && `${(100 * line.probability).toFixed(1)}% by ${plural(line.books, "book")}`);
  }

  showSpark(first, market, outcome, view) {
    const changes = first ? lastDay(first.changes, view.now) : [];
    const moved = changes.length - 1;
    if (moved < 1 || view.view.without.includes("spark")) {
      this.spark.replaceChildren();
      title(this.spark);
      return;
    }
    const name = within(view.titles, first.bookmaker) ?? first.bookmaker;
    const texts = [changes[0], changes.at(-1)].map(([, price, point]) => (price === null ? "off the board" : words([price, point], market, outcome, view)));
    const said = `${name}: ${plural(moved, "change")} in 24 hours, from ${texts[0]} to ${texts[1]}`;
    if (!this.path) this.draw();
    else if (!this.path.isConnected) this.spark.append(this.path.parentNode);
    this.path.parentNode.setAttribute("aria-label", said);
    title(this.spark, said);
    this.path.setAttribute("d", pathOf(changes, view.format, view.now));
  }

  draw() {
    const svg = document.createElementNS(SVG, "svg");
    for (const [name, value] of Object.entries({ class: "sparkline", role: "img", viewBox: `0 0 ${WIDE} ${HIGH}` })) svg.setAttribute(name, value);
    this.path = document.createElementNS(SVG, "path");
    svg.append(this.path);
    this.spark.append(svg);
  }
}

/** A line of steps from the left edge to the right: the points where they moved, else the chances that prices stand for. */
export function pathOf(changes, format, now) {
  const points = new Set(changes.map(([, , point]) => point).filter((point) => point !== null));
  const valueOf = ([, price, point]) => (price === null || !isOffered(price, format) ? null : points.size > 1 ? point : 1 / toDecimal(price, format));
  const values = changes.map(valueOf);
  const found = values.filter((value) => value !== null);
  const [low, high] = [Math.min(...found), Math.max(...found)];
  const y = (value) => (high === low ? HIGH / 2 : HIGH - 2 - ((HIGH - 4) * (value - low)) / (high - low)).toFixed(1);
  const since = changes[0][0];
  const x = (time) => ((WIDE * (time - since)) / Math.max(1, now - since)).toFixed(1);
  let [path, down] = ["", false];
  values.forEach((value, at) => {
    if (value !== null) path += `${down ? "V" : `M${x(changes[at][0])} `}${y(value)}H${x(changes[at + 1]?.[0] ?? now)}`;
    down = value !== null;
  });
  return path;
}

function words(line, market, outcome, view) {
  return lineTexts(line, market, outcome, view).filter(Boolean).join(" ");
}

function title(node, text) {
  if (text) {
    if (node.title !== text) node.title = text;
  } else if (node.title) node.removeAttribute("title");
}
