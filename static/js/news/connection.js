// How this page hears of news: a WebSocket, and where that is blocked the ways of events.js and
// asking.js until it works again. Reconnecting: 1 s doubling to 30 s with full jitter, and no last
// try. What the messages mean is in live.js.
import { Asking } from "./asking.js";
import { Events } from "./events.js";
import { Several } from "./several.js";
import { session } from "../browser/storage.js";
import { io } from "../../vendor/socket.io-client/socket.io.esm.min.js";

const FIRST = 1_000;
const LONGEST = 30_000;
const ANSWER_WITHIN = 5_000;
const OPENED_WITHIN = 10_000;
const GREETED_WITHIN = 25_000;
const BLOCKED_AFTER = 2;
const EVENTS_AGAIN_AFTER = 120_000;
const KNOCKED = "linefinder.knocked";
const KNOCK_EVERY = 60_000;

/** How long to wait before the next try (ms): anywhere between nothing and the step, so that a
 * thousand pages do not come back in the same moment. */
export function waitBefore(tries, random = Math.random) {
  return random() * Math.min(LONGEST, FIRST * 2 ** tries);
}

export class Connection {
  /**
   * `changed()` hears of a new `state`: connecting, connected, reconnecting, full or offline, and of the
   * way `by` which it is connected: socket, events or asking. `connected()` is to ask("subscribe", ...).
   */
  constructor(base, { connected, disconnected, changed }) {
    this.base = base;
    this.tell = { connected, disconnected, changed };
    this.state = "connecting";
    this.way = this.by = "socket"; // the way that is tried, and the one by which there was a word
    this.goodbye = null;
    this.tries = this.blocked = this.fellAt = 0;
    this.nextAt = null;
    this.triedAt = Date.now();
    this.handlers = { bye: (message) => this.bye(message) };
    this.socket = io(location.origin, {
      path: `${base}/socket.io`,
      transports: ["websocket"],
      reconnection: false,
      autoConnect: false,
      timeout: OPENED_WITHIN,
    });
    this.others = { events: this.other(Events, "events"), asking: this.other(Asking, "asking") };
    this.listen();
  }

  other(Way, name) {
    return new Several(Way, this.base, {
      heard: (message, body) => this.handlers[message]?.(body),
      opened: () => this.otherOpened(),
      closed: () => this.otherClosed(name),
    });
  }

  listen() {
    this.socket.on("connect", () => this.opened());
    this.socket.on("disconnect", () => this.closed());
    this.socket.on("connect_error", () => this.failed());
    this.socket.on("bye", (message) => this.bye(message));
    addEventListener("offline", () => this.set("offline"));
    addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.hurry();
    });
  }

  on(name, handler) {
    this.handlers[name] = handler;
    this.socket.on(name, handler);
  }

  /** The word for what the viewer has: the state, or by which way it is connected. */
  get word() {
    return this.state === "connected" && this.by !== "socket" ? this.by : this.state;
  }

  open() {
    clearTimeout(this.timer);
    this.nextAt = null;
    this.triedAt = Date.now();
    this.socket.connect();
  }

  /** Send and hear the acknowledgement; null where none comes in time. */
  ask(name, message, done) {
    if (this.way !== "socket") {
      this.others[this.way].ask(message, done);
      return;
    }
    this.socket.timeout(ANSWER_WITHIN).emit(name, message, (error, answer) => {
      if (!error) this.tries = 0;
      done(error ? null : answer);
    });
  }

  /** Drop the connection and make a new one. */
  restart() {
    const told = this.socket.connected;
    this.socket.disconnect();
    if (!told) this.closed();
  }

  /** To be called each second: a server that takes the connection and says nothing is not there. */
  tick() {
    const stuck = !this.socket.connected && this.nextAt === null;
    if (!stuck || Date.now() - this.triedAt <= GREETED_WITHIN) return;
    this.socket.disconnect();
    this.failed();
  }

  opened() {
    this.goodbye = null;
    this.blocked = 0;
    this.take("socket");
    this.set("connected");
    this.tell.connected();
  }

  closed() {
    this.take("socket");
    this.tell.disconnected();
    this.set(navigator.onLine ? "reconnecting" : "offline");
    this.retry();
  }

  async failed() {
    this.retry();
    if (this.way !== "socket") {
      this.climb();
      return;
    }
    this.set(navigator.onLine ? "reconnecting" : "offline");
    // The browser hides the status of a refused handshake; the health answer tells the reason.
    const health = navigator.onLine ? await this.health() : null;
    if (this.socket.connected || this.way !== "socket") return;
    if (health?.access === false) this.knock();
    this.blocked = health && !health.full ? this.blocked + 1 : 0;
    if (health?.full) this.set("full");
    else if (this.blocked >= BLOCKED_AFTER) this.fall("events");
  }

  /** The server's word about itself; null where it can't be reached at all. */
  async health() {
    try {
      const answer = await fetch(`${this.base}/api/health`, { cache: "no-store" });
      return await answer.json();
    } catch {
      return null;
    }
  }

  /** The pass of this page has run out: a new page brings another, or asks for the password. */
  knock() {
    const last = Number(session.get(KNOCKED));
    if (!navigator.cookieEnabled || !session.lasts || Date.now() - last < KNOCK_EVERY) return;
    session.set(KNOCKED, String(Date.now()));
    location.reload();
  }

  /** The server is there and the better way is blocked: go on by another. */
  fall(way) {
    this.take(way);
    this.fellAt = Date.now();
    this.tell.disconnected();
    this.tell.connected();
  }

  /** From asking back to events, now and then: they may have been full, or blocked for a while. */
  climb() {
    if (this.way === "asking" && Date.now() - this.fellAt > EVENTS_AGAIN_AFTER) this.fall("events");
  }

  take(way) {
    if (way !== this.way) this.others[this.way]?.close();
    this.way = way;
    if (way === "socket") this.by = way;
  }

  otherOpened() {
    if (this.state === "connected" && this.by === this.way) return;
    this.by = this.way;
    this.goodbye = null;
    this.set("connected");
  }

  /** Events that never began are blocked too; what was there and broke is begun again from the top. */
  otherClosed(way) {
    if (way === "events" && this.by !== way) this.fall("asking");
    else this.closed();
  }

  retry() {
    clearTimeout(this.timer);
    const asked = this.goodbye ? 1000 * this.goodbye.retryAfter : 0;
    const wait = asked + waitBefore(this.tries);
    this.tries += 1;
    this.nextAt = Date.now() + wait;
    this.timer = setTimeout(() => this.open(), wait);
    if (this.goodbye) this.goodbye.retryAfter = 0;
  }

  /** Somebody looks, or the network is back: no reason to wait out a long step. */
  hurry() {
    if (this.socket.connected || this.nextAt === null || this.state === "full") return;
    this.tries = 0;
    this.retry();
  }

  bye(message) {
    this.goodbye = { retryAfter: Number(message?.retry_after) || 0, reason: message?.reason ?? "" };
    this.tell.changed();
  }

  set(state) {
    this.state = state;
    this.tell.changed();
  }
}
