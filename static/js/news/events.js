// The second way to hear of news, where WebSockets are blocked: the same messages as server-sent events.

const NAMES = ["odds_snapshot", "odds_update", "feed_status"];
const FIRST_WORD_WITHIN = 8_000;

export class Events {
  /** `heard(name, message)`; `opened()` at the first word; `closed()` where the stream ends or never begins. */
  constructor(base, { heard, opened, closed }) {
    this.base = base;
    this.tell = { heard, opened, closed };
  }

  /** Listen from what is held on (protocol.md: opening the stream is the subscribe). */
  ask({ sport, epoch, version }, done) {
    this.close();
    const held = version === undefined ? "" : `?last_event_id=${encodeURIComponent(`${epoch}-${version}`)}`;
    const source = new EventSource(`${this.base}/api/stream/${encodeURIComponent(sport)}${held}`);
    this.source = source;
    this.done = done;
    for (const name of [...NAMES, "bye"]) source.addEventListener(name, (event) => this.hear(source, name, event.data));
    // It would come back by itself, but always the same way.
    source.addEventListener("error", () => this.fail(source));
    // Headers alone prove nothing: on the way somebody may hold back what follows.
    this.timer = setTimeout(() => this.fail(source), FIRST_WORD_WITHIN);
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  hear(source, name, data) {
    if (source !== this.source) return;
    clearTimeout(this.timer);
    this.tell.opened();
    this.tell.heard(name, JSON.parse(data));
    if (name !== "feed_status" || source !== this.source) return;
    const { done } = this;
    this.done = null;
    done?.({ ok: true });
  }

  fail(source) {
    if (source !== this.source) return;
    this.close();
    this.tell.closed();
  }
}
