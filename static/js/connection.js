// The socket and its reconnecting: 1 s doubling to 30 s with full jitter, and no last try. What the
// messages mean is in live.js.
import { io } from "../vendor/socket.io-client/socket.io.esm.min.js";

const FIRST = 1_000;
const LONGEST = 30_000;
const ANSWER_WITHIN = 5_000;
const GREETED_WITHIN = 25_000;

/** How long to wait before the next try (ms): anywhere between nothing and the step, so that a
 * thousand pages do not come back in the same moment. */
export function waitBefore(tries, random = Math.random) {
  return random() * Math.min(LONGEST, FIRST * 2 ** tries);
}

export class Connection {
  /** `changed()` hears of a new `state`: connecting, connected, reconnecting, full or offline. */
  constructor(base, { connected, disconnected, changed }) {
    this.base = base;
    this.tell = { connected, disconnected, changed };
    this.state = "connecting";
    this.goodbye = null;
    this.tries = 0;
    this.nextAt = null;
    this.triedAt = Date.now();
    this.socket = io(location.origin, {
      path: `${base}/socket.io`,
      transports: ["websocket"],
      reconnection: false,
      autoConnect: false,
    });
    this.listen();
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
    this.socket.on(name, handler);
  }

  open() {
    clearTimeout(this.timer);
    this.nextAt = null;
    this.triedAt = Date.now();
    this.socket.connect();
  }

  /** Send and hear the acknowledgement; null where none comes in time. */
  ask(name, message, done) {
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
    if (stuck && Date.now() - this.triedAt > GREETED_WITHIN) this.restart();
  }

  opened() {
    this.goodbye = null;
    this.set("connected");
    this.tell.connected();
  }

  closed() {
    this.tell.disconnected();
    this.set(navigator.onLine ? "reconnecting" : "offline");
    this.retry();
  }

  async failed() {
    this.set(navigator.onLine ? "reconnecting" : "offline");
    this.retry();
    // The browser hides the status of a refused handshake; the health answer tells the reason.
    if (navigator.onLine && (await this.isFull()) && !this.socket.connected) this.set("full");
  }

  async isFull() {
    try {
      const answer = await fetch(`${this.base}/api/health`, { cache: "no-store" });
      return (await answer.json()).full === true;
    } catch {
      return false;
    }
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
