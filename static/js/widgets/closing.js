// The closing lines on the page of an event: the server writes them, from the start on; here they are fetched when the
// game begins while the page is open, and again in another odds format.

const AGAIN = 20_000;

export class ClosingLines {
  constructor(section, base, event) {
    Object.assign(this, { section, base, event, askedAt: -Infinity });
    this.shows = section.childElementCount ? section.dataset.odds : "";
    // What is pressed here is no line of now: no slip is opened of it, and no alert made.
    for (const press of ["click", "contextmenu"]) section.addEventListener(press, (pressed) => pressed.stopPropagation());
  }

  update({ board, now, odds }) {
    const start = Date.parse(board.events[this.event]?.starts_at);
    if (!(start <= now) || this.shows === odds || now - this.askedAt < (this.wants === odds ? AGAIN : 0)) return;
    this.askedAt = now;
    this.wants = odds;
    this.load(odds);
  }

  async load(odds) {
    const answer = await fetch(`${this.base}/event/${encodeURIComponent(this.event)}?odds=${odds}`).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const section = page.getElementById("closing");
    if (!section?.childElementCount || this.wants !== odds) return;
    this.section.replaceChildren(...section.children);
    this.shows = odds;
  }
}
