// The last way to hear of news, where nothing can be kept open: to ask for the board again and again.
// What changed since the last answer is told as an update, so that it is marked like any other.
import { fetchData } from "../browser/ask.js";
import { diff, eventsOf } from "../domain/board.js";

const EVERY = 15_000;
const ANSWER_WITHIN = 12_000;

export class Asking {
  /** `heard(name, message)`; `opened()` at an answer; `closed()` where none comes. */
  constructor(base, { heard, opened, closed }) {
    this.base = base;
    this.tell = { heard, opened, closed };
    this.turn = 0;
  }

  /** Ask now, and then every 15 s. The first answer is always a whole board. */
  async ask({ sport }, done) {
    this.close();
    const { turn } = this;
    this.url = `${this.base}/api/odds/${encodeURIComponent(sport)}`;
    this.etag = this.board = null;
    if (!(await this.once(turn)) || turn !== this.turn) return;
    this.timer = setInterval(() => this.once(turn), EVERY);
    done({ ok: true });
  }

  close() {
    this.turn += 1;
    clearInterval(this.timer);
    this.question?.abort();
  }

  /** One question; whether it was answered and still matters. */
  async once(turn) {
    const question = (this.question = new AbortController());
    const patience = setTimeout(() => question.abort(), ANSWER_WITHIN);
    const answer = await this.answer(question.signal).catch(() => null);
    clearTimeout(patience);
    if (turn !== this.turn) return false;
    if (answer) this.take(answer);
    else this.fail();
    return answer !== null;
  }

  /** {board, etag}; the board is null where it is still the one told last. */
  async answer(signal) {
    const headers = this.etag ? { "If-None-Match": this.etag } : {};
    const answer = await fetchData(this.url, { headers, cache: "no-store", signal });
    if (answer.status === 304) return { board: null };
    if (!answer.ok) throw new Error(String(answer.status));
    return { board: await answer.json(), etag: answer.headers.get("ETag") };
  }

  take({ board, etag }) {
    this.tell.opened();
    const before = this.board;
    if (board) {
      this.etag = etag;
      this.board = { ...board, events: eventsOf(board.events) };
    }
    this.tell.heard(...messageFrom(before, board ? this.board : { ...before, feed: {} }));
  }

  fail() {
    this.close();
    this.tell.closed();
  }
}

/** The message that leads from one answer to the next: [name, message]. */
export function messageFrom(before, board) {
  if (before?.epoch !== board.epoch || board.version < before.version) return ["odds_snapshot", board];
  if (board.version === before.version) return ["feed_status", board];
  return ["odds_update", { ...board, from: before.version, patch: diff(before.events, board.events) }];
}
