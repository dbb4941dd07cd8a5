// Notes a bet of a list in the dialog that boards have too, which is loaded when it is first asked for.

export class Noting {
  /** `lineOf(button)` tells {sport, event, market, outcome, bookmaker, stake} of a `.note-it` in `list`. */
  constructor(list, boards, lineOf, { now, words }) {
    Object.assign(this, { boards, now, words });
    list.addEventListener("click", ({ target }) => {
      const button = target.closest(".note-it");
      if (button) this.open(lineOf(button));
    });
  }

  async open(line) {
    if (!line) return;
    const { NoteDialog } = await import("../widgets/note-dialog.js");
    this.sport = line.sport;
    this.dialog ??= new NoteDialog(() => this.boards.get(this.sport), this.now, this.words);
    this.dialog.open(line);
  }
}

/** Press the first bet to note of what has the focus, else of the first row; false where there is none. */
export function noteHere(list, rows) {
  const here = document.activeElement;
  const within = list.contains(here) ? [here.closest("li, tr"), here.closest(rows)] : [list.querySelector(rows)];
  const button = within.map((node) => node?.querySelector(".note-it:enabled:not([hidden])")).find(Boolean);
  button?.focus();
  button?.click();
  return Boolean(button);
}
