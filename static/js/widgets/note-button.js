// The button that notes a bet. What it opens is loaded when it is first pressed.

export class NoteButton {
  /** `lineOf(target)` tells {event, market, outcome, bookmaker} of a cell; `event`: the one that the page is about. */
  constructor(pane, lineOf, board, { now, words, event }) {
    this.pressed = { event };
    // Capture: a press that opens a bet slip is remembered too, for the bet is made there.
    pane.addEventListener("click", ({ target }) => this.remember(target, lineOf), true);
    document.getElementById("note-open")?.addEventListener("click", async () => {
      const { NoteDialog } = await import("./note-dialog.js");
      this.dialog ??= new NoteDialog(board, now, words);
      this.dialog.open(this.pressed);
    });
  }

  remember(target, lineOf) {
    if (!target.closest("table.grid td.line-cell")) return;
    const { event, market, outcome, bookmaker } = lineOf(target);
    this.pressed = { event, market, outcome, bookmaker };
  }
}
