// Only the columns near the window are laid out: of thirty bookmakers a screen shows a dozen. The cells of the others
// are there and right, but not displayed, by one rule of a sheet of this module's own.

const NEAR = 2;
const PHONE = "(max-width: 640px)"; // there each game scrolls aside by itself

export class ColumnWindow {
  /** For the bookmakers' columns of `table`, which scrolls in `pane`. */
  constructor(pane, table) {
    this.pane = pane;
    this.table = table;
    this.shown = "";
    this.sheet = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.sheet];
    this.width = pane.clientWidth;
    this.scrolled = pane.scrollLeft;
    new ResizeObserver(() => this.resized()).observe(pane);
    pane.addEventListener("scroll", () => this.moved(), { passive: true });
  }

  resized() {
    this.width = this.pane.clientWidth;
    this.measure(this.lead, this.count);
  }

  moved() {
    if (this.pane.scrollLeft === this.scrolled) return;
    this.scrolled = this.pane.scrollLeft;
    this.show();
  }

  /** Cells that are not displayed count all the same: each says which column it is in. */
  static number(row) {
    [...row.cells].forEach((cell, at) => cell.setAttribute("aria-colindex", at + 1));
  }

  /** Columns were laid out anew: `count` bookmakers after `lead` other cells. */
  measure(lead, count) {
    const [head] = this.table.tHead.rows;
    const cells = [...head.cells].slice(0, lead);
    this.table.setAttribute("aria-colcount", head.cells.length);
    ColumnWindow.number(head);
    Object.assign(this, { lead, count });
    this.stuck = cells[0]?.offsetWidth ?? 0;
    this.before = cells.reduce((sum, cell) => sum + cell.offsetWidth, 0);
    this.book = parseFloat(getComputedStyle(this.table).getPropertyValue("--book"));
    this.show();
  }

  show() {
    const all = !this.before || !(this.book > 0) || matchMedia(PHONE).matches;
    const [from, to] = all ? [0, this.count] : this.range();
    const rules = from === 0 && to >= this.count ? "" : this.rules(from, to);
    if (rules === this.shown) return;
    this.shown = rules;
    this.sheet.replaceSync(rules);
  }

  /** [first, end) of the columns that can be seen and some on each side, in steps of two. */
  range() {
    const at = (x) => (x - this.before) / this.book;
    const first = Math.floor(at(this.scrolled + this.stuck)) - NEAR;
    const end = Math.ceil(at(this.scrolled + this.width)) + NEAR;
    return [Math.max(0, first - (first & 1)), Math.min(this.count, end + (end & 1))];
  }

  rules(from, to) {
    const columns = (which) => `.grid .line-cell:nth-child(${which}), .grid th.book:nth-child(${which})`;
    const { lead, before, book, count } = this;
    return [
      from > 0 && `${columns(`-n+${lead + from}`)} { display: none }`,
      from > 0 && `${columns(lead + from + 1)} { margin-left: ${from * book}px }`,
      to < count && `${columns(`n+${lead + to + 1}`)} { display: none }`,
      `.grid { width: ${before + count * book}px }`,
    ].filter(Boolean).join("\n");
  }
}
