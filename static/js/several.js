// A way to hear of news, events.js or asking.js, for several sports at once: each sport has a stream of its own.

export class Several {
  constructor(Way, base, tell) {
    this.ways = new Map();
    this.made = () => new Way(base, tell);
  }

  ask(message, done) {
    if (!this.ways.has(message.sport)) this.ways.set(message.sport, this.made());
    this.ways.get(message.sport).ask(message, done);
  }

  close() {
    for (const way of this.ways.values()) way.close();
  }
}
