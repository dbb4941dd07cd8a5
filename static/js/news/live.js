// The client's rule of protocol.md: what to do with each message, so that the board held here is the
// server's or none. Knows nothing of sockets: `subscribe(position)` and `reconnect()` are given.
//
// To take a large message in may be more work than a frame has time for, so it is done in steps: `pace(steps)` runs
// an iterator to its end, at once or over several tasks. Messages wait for each other; nothing is shown before its end.
import { applied, checksum, eventsOf, summed } from "../domain/board.js";

const ARRIVES_WITHIN = 2_000;
const SILENCE = 45_000;
const ASK_AGAIN_AFTER = 5_000;

export class Live {
  /**
   * `subscribe(message, done)` sends and calls done(answer or null when none came); `reconnect()` drops
   * the connection and makes a new one; `changed(patch)` hears of a new board (patch null: whole one)
   * or a new feed (patch undefined).
   */
  constructor(board, { subscribe, reconnect, changed, pace = atOnce }) {
    this.sport = board.sport;
    this.counters = { snapshots: 0, updates: 0, statuses: 0, subscribes: 0, mismatches: 0, gaps: 0 };
    this.tell = { subscribe, reconnect, changed };
    this.asking = false;
    this.askAgain = false;
    this.heardAt = Date.now();
    this.feed = board.feed;
    this.board = { ...board, events: eventsOf(board.events), feed: undefined };
    this.held = true;
    this.pace = pace;
    this.work = [];
    this.take(this.begun());
  }

  /** Messages are taken in as they came, each to its end. */
  take(steps) {
    this.work.push(steps);
    if (!this.taking) this.pace(this.takeAll());
  }

  *takeAll() {
    this.taking = true;
    try {
      while (this.work.length) yield* this.work.shift();
    } finally {
      this.taking = false;
    }
  }

  /** Whether the board that the page came with is what it says. */
  *begun() {
    yield* summed(this.board.events);
    if (isTrue(this.board)) return;
    if (this.counters.subscribes) this.throwAway();
    else this.held = false;
  }

  /** The connection is there: say what is held and ask for the rest. */
  connected() {
    this.heardAt = Date.now();
    this.asking = false;
    this.subscribe();
  }

  /** The connection is gone: nothing that was asked will be answered. */
  disconnected() {
    this.asking = this.askAgain = false;
    this.stopWaiting();
    clearTimeout(this.askTimer);
  }

  subscribe() {
    if (this.asking) {
      this.askAgain = true;
      return;
    }
    this.asking = true;
    this.askAgain = false;
    this.stopWaiting();
    this.counters.subscribes += 1;
    const { epoch, version } = this.board;
    const message = this.held ? { sport: this.sport, epoch, version } : { sport: this.sport };
    this.tell.subscribe(message, (answer) => this.subscribed(answer));
  }

  subscribed(answer) {
    this.asking = false;
    const refused = !answer?.ok;
    if (!refused && !this.askAgain) return;
    clearTimeout(this.askTimer);
    // A refusal (too many messages) or silence: ask again, but not in a storm.
    this.askTimer = setTimeout(() => this.subscribe(), refused ? ASK_AGAIN_AFTER : 0);
  }

  snapshot(message) {
    if (this.mine(message)) this.take(this.replace(message));
  }

  *replace(message) {
    this.counters.snapshots += 1;
    const events = yield* applied(null, message.events);
    this.board = { ...message, events, feed: undefined };
    this.held = true;
    this.feed = message.feed;
    if (isTrue(this.board)) this.tell.changed(null);
    else this.throwAway(ASK_AGAIN_AFTER);
  }

  update(message) {
    if (this.mine(message)) this.take(this.amend(message));
  }

  *amend(message) {
    if (!this.held) return;
    const { board } = this;
    if (message.epoch !== board.epoch || message.from > board.version) {
      this.counters.gaps += 1;
      this.subscribe();
    } else if (message.version > board.version) {
      this.counters.updates += 1;
      yield* this.advance(message);
    }
  }

  *advance(message) {
    const { epoch, version, time, checksum: expected } = message;
    const events = yield* applied(this.board.events, message.patch);
    const bookmakers = { ...this.board.bookmakers, ...message.bookmakers };
    const board = { ...this.board, epoch, version, time, events, bookmakers, checksum: expected };
    this.feed = { scores: this.feed?.scores, ...message.feed };
    if (!isTrue(board)) {
      this.throwAway();
      return;
    }
    this.board = board;
    if (version >= this.awaited) this.stopWaiting();
    this.tell.changed(message.patch);
  }

  status(message) {
    if (this.mine(message)) this.take(this.hear(message));
  }

  *hear(message) {
    this.counters.statuses += 1;
    this.feed = { ...this.feed, ...message.feed };
    this.tell.changed(undefined);
    if (this.held) this.compare(message);
  }

  compare({ epoch, version, checksum: expected }) {
    const { board } = this;
    if (epoch !== board.epoch || version < board.version) this.subscribe();
    else if (version > board.version) this.await(version);
    else if (expected !== board.checksum) this.throwAway();
  }

  await(version) {
    if (this.waiting) return;
    this.awaited = version;
    this.waiting = setTimeout(() => {
      this.counters.gaps += 1;
      this.subscribe();
    }, ARRIVES_WITHIN);
  }

  stopWaiting() {
    clearTimeout(this.waiting);
    this.waiting = this.awaited = undefined;
  }

  /** What is held is not the server's board, which must never happen: ask for a whole one. */
  throwAway(wait = 0) {
    this.counters.mismatches += 1;
    this.held = false;
    if (this.asking) this.askAgain = true;
    else if (wait) this.askTimer = setTimeout(() => this.subscribe(), wait);
    else this.subscribe();
  }

  /** Whether the message is of this sport; any message is a sign of life. */
  mine(message) {
    this.heardAt = Date.now();
    return message.sport === this.sport;
  }

  /** To be called each second while connected: no word for 45 s means a dead connection. */
  tick() {
    if (Date.now() - this.heardAt <= SILENCE) return;
    this.heardAt = Date.now();
    this.tell.reconnect();
  }
}

function atOnce(steps) {
  for (;;) if (steps.next().done) return;
}

/** Whether the lines of a board add up to its checksum. */
function isTrue(board) {
  return checksum(board.events) === board.checksum;
}
