// The keyboard: one key each, listed in the help. Never a key of somebody who writes, or of an open dialog,
// and none together with Ctrl, Alt or Command.

const FIELDS = "input, select, textarea, [contenteditable]";

export class Keyboard {
  /** `keys`: {key: action}; the pane's own arrows scroll, so that up and down move only between games. `rows` and
   * `names`: what it moves between, and what of it takes the focus. */
  constructor(pane, keys, { rows = "tbody.event", names = "a.name" } = {}) {
    Object.assign(this, { pane, rows, names });
    this.keys = keys;
    document.addEventListener("keydown", (event) => this.pressed(event));
    this.help = document.getElementById("help");
    document.getElementById("open-help")?.addEventListener("click", () => this.help.showModal());
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest(FIELDS) || document.querySelector("dialog[open]")) return;
    const action = this.keys[event.key] ?? this.own(event.key);
    if (action && action() !== false) event.preventDefault();
  }

  own(key) {
    const steps = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
    if (steps[key]) return () => this.step(steps[key]);
    return key === "?" && this.help ? () => this.help.showModal() : undefined;
  }

  /** The game that has the focus, or undefined. */
  get here() {
    return document.activeElement?.closest?.(this.rows);
  }

  /** Focus the next game; the first one seen where none has it. */
  step(by) {
    const games = [...this.pane.querySelectorAll(this.rows)];
    if (!games.length) return false;
    const at = this.here ? games.indexOf(this.here) + by : games.findIndex((game) => this.isSeen(game));
    const game = games[Math.max(0, Math.min(games.length - 1, at))];
    game.querySelector(this.names)?.focus({ preventScroll: true });
    game.scrollIntoView({ block: "nearest" });
    return true;
  }

  isSeen(game) {
    // On a phone the page scrolls, and the pane begins above it.
    return game.getBoundingClientRect().bottom > Math.max(0, this.pane.getBoundingClientRect().top) + 60;
  }
}
