// A way to hear of news, events.js or asking.js, for several sports at once: each sport has a way of its own. Browsers
// keep at most six connections to a server by HTTP/1.1, so that only so many are kept open: other sports are asked for.
import { Asking } from "./asking.js";

export const MOST_OPEN = 3;

export class Several {
  constructor(Way, base, tell) {
    this.ways = new Map();
    // That asking works says nothing of the way that is tried.
    this.made = () => (this.ways.size < MOST_OPEN ? new Way(base, tell) : new Asking(base, { ...tell, opened: () => {} }));
  }

  ask(message, done) {
    if (!this.ways.has(message.sport)) this.ways.set(message.sport, this.made());
    this.ways.get(message.sport).ask(message, done);
  }

  close() {
    for (const way of this.ways.values()) way.close();
  }
}
