// A press on a price opens the bookmaker's bet slip in a new tab, where that bookmaker gives links. The finder has
// links of its own, for the keyboard too.

export class Slips {
  /** `linked` are the bookmakers that give links; `lineOf(target)` tells {event, market, outcome, bookmaker} of a cell. */
  constructor(pane, base, linked, lineOf) {
    if (!linked?.length) return;
    this.base = base;
    this.linked = linked;
    pane.classList.add("slips");
    pane.addEventListener("click", ({ target }) => {
      if (target.closest("td.line-cell") && !target.closest("a, button")) this.open(lineOf(target));
    });
  }

  open({ event, market, outcome, bookmaker, price }) {
    if (price === undefined || !this.linked.includes(bookmaker)) return;
    const query = new URLSearchParams({ book: bookmaker, market, outcome });
    open(`${this.base}/slip/${encodeURIComponent(event)}?${query}`, "_blank", "noopener,noreferrer");
  }
}
