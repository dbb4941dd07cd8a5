// The list of finds: a row each, written only where it changed. While somebody points at it or reads on in it with
// the keyboard, rows keep their places: what one wants to press must not move away.
import { soonText, timeText } from "../shown/format.js";
import { intlZone } from "../shown/view-state.js";
import { setText } from "../widgets/cell.js";

export class FindList {
  constructor() {
    this.node = document.getElementById("finds");
    this.pattern = document.getElementById("find-pattern").content.firstElementChild;
    this.told = new Map();
    this.rows = new Map([...this.node.children].map((row) => [row.dataset.key, row]));
  }

  /** Whether it is in somebody's hands. */
  get held() {
    return this.node.matches(":hover") || this.node.contains(document.activeElement);
  }

  update(rows, { now, zone, address }) {
    const keys = new Set(rows.map(({ key }) => key));
    for (const [key, row] of this.rows) {
      if (keys.has(key)) continue;
      row.remove();
      this.rows.delete(key);
    }
    this.told = new Map(rows.map((row) => [row.key, row]));
    for (const row of rows) this.write(this.row(row.key), row, { now, zone, address });
    if (!this.held) this.order(rows);
  }

  /** The line of the bet that a button notes. */
  lineOf(button) {
    const row = button.closest(".find");
    return this.told.get(row.dataset.key)?.bets[[...row.querySelectorAll(".note-it")].indexOf(button)]?.line;
  }

  row(key) {
    if (!this.rows.has(key)) {
      const row = document.importNode(this.pattern, true);
      row.dataset.key = key;
      this.rows.set(key, row);
      this.node.append(row);
    }
    return this.rows.get(key);
  }

  order(rows) {
    let place = this.node.firstElementChild;
    for (const { key } of rows) {
      const row = this.rows.get(key);
      if (row === place) place = place.nextElementSibling;
      else this.node.insertBefore(row, place);
    }
  }

  write(node, row, { now, zone, address }) {
    const part = (name) => node.querySelector(`.${name}`);
    node.dataset.kind = row.kind;
    setText(part("edge"), row.edge);
    setText(part("kind"), row.name);
    const link = part("title");
    setText(link, row.title);
    const href = address(row.event);
    if (link.getAttribute("href") !== href) link.setAttribute("href", href);
    setText(part("sport"), row.sport);
    setText(part("of-market"), row.market);
    this.time(part("starts"), Date.parse(row.starts), intlZone(zone));
    setText(part("soon"), soonText((Date.parse(row.starts) - now) / 1000));
    this.bets(part("bets"), row.bets);
    setText(part("fairly"), row.note);
    setText(part("doubts"), row.doubts);
  }

  time(node, starts, zone) {
    setText(node, `${timeText(starts, "weekday", zone)} ${timeText(starts, "clock", zone)}`);
  }

  bets(list, bets) {
    while (list.children.length > bets.length) list.lastElementChild.remove();
    while (list.children.length < bets.length) list.append(list.firstElementChild.cloneNode(true));
    bets.forEach((bet, at) => {
      for (const name of ["pick", "price", "book", "share", "age"]) setText(list.children[at].querySelector(`.${name}`), bet[name]);
      link(list.children[at].querySelector(".price"), bet.href);
      noted(list.children[at].querySelector(".note-it"), bet);
    });
  }
}

/** Lays are not noted: they can't be compared with a close. */
function noted(button, { pick, price, book, line }) {
  button.hidden = !line;
  button.disabled = false;
  const name = `Note: ${pick} ${price} at ${book}`;
  if (button.getAttribute("aria-label") !== name) button.setAttribute("aria-label", name);
}

/** A price leads to its bet slip where its bookmaker gives links, else it is a text. */
function link(node, href) {
  if ((node.getAttribute("href") ?? "") === href) return;
  if (href) Object.assign(node, { href, title: "To its bet slip, in a new tab" });
  else ["href", "title"].forEach((name) => node.removeAttribute(name));
}
