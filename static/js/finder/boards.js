// The boards of all polled sports, each kept as live.js keeps one, over one connection.
import { judge } from "../domain/feed.js";
import { Connection } from "../news/connection.js";
import { Live } from "../news/live.js";

export class Boards {
  /** `sports`: [{sport, odds_format, feed}]; `changed(sport, patch)` hears of a board or its feed (patch undefined). */
  constructor(base, sports, { changed, told }) {
    this.connection = new Connection(base, {
      connected: () => this.lives.forEach((live) => live.connected()),
      disconnected: () => this.lives.forEach((live) => live.disconnected()),
      changed: told,
    });
    this.arrived = new Set();
    this.lives = sports.map((known) => this.live(known, changed));
    const hear = (name, take) => this.connection.on(name, (message) => this.lives.forEach((live) => take(live, message)));
    hear("odds_snapshot", (live, message) => live.snapshot(message));
    hear("odds_update", (live, message) => live.update(message));
    hear("feed_status", (live, message) => live.status(message));
  }

  live({ sport, odds_format: format, feed }, changed) {
    const board = { sport, epoch: "", version: 0, odds_format: format, checksum: 0, bookmakers: {}, events: {}, feed };
    const live = new Live(board, {
      subscribe: (message, done) => this.connection.ask("subscribe", message, done),
      reconnect: () => this.connection.restart(),
      changed: (patch) => {
        if (patch === null) this.arrived.add(sport);
        changed(live, patch);
      },
    });
    live.held = false; // nothing is held yet: the first answer is a whole board
    return live;
  }

  /** Whether every sport's board has come. */
  get whole() {
    return this.arrived.size === this.lives.length;
  }

  get(sport) {
    return this.lives.find((live) => live.sport === sport)?.board;
  }

  /** The feed of each sport as it is to be told at this moment: [{sport, feed, judged, dataAt}]. */
  feeds(clock) {
    const now = clock.now();
    return this.lives.map(({ sport, board, feed, heardAt }) => {
      const starts = Object.values(board.events).map((event) => Date.parse(event.starts_at));
      const judged = this.arrived.has(sport) ? judge(feed, starts, now, heardAt + clock.offset) : feed;
      return { sport, feed, judged, dataAt: feed.data_at ? Date.parse(feed.data_at) : null };
    });
  }

  open() {
    this.connection.open();
  }

  /** To be called each second. */
  tick() {
    if (this.connection.state === "connected") this.lives.forEach((live) => live.tick());
    this.connection.tick();
  }
}
