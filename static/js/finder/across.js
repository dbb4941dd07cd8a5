// What the pages of all sports have in common: the boards, kept live over one connection, how this browser sees them,
// and a drawing once a frame.
import { Clock } from "../news/clock.js";
import { columnsOf } from "../shown/rows.js";
import { Screen } from "../browser/screen.js";
import { feesOf } from "../shown/view-state.js";
import { ConnectionMark } from "../widgets/connection-mark.js";
import { Switch } from "../widgets/switch.js";
import { Boards } from "./boards.js";
import { Feeds } from "./feeds.js";

export class Across {
  #drawing = false;
  #show;

  /**
   * `show(now, view)` draws the page; `query()` is what of its address is not the view; `changed(live)` hears of a board or
   * its feed, and `chosen()` that somebody chose how to see things, each before the page is drawn.
   */
  constructor({ show, query, changed = () => {}, chosen = () => {} }) {
    this.data = JSON.parse(document.getElementById("page-data").content.textContent);
    this.base = document.documentElement.dataset.base;
    this.titles = new Map(this.data.sports.map(({ sport, title }) => [sport, title]));
    this.clock = new Clock(Date.parse(this.data.now));
    this.#show = show;
    this.screen = new Screen(() => {
      chosen();
      this.draw();
    }, query);
    const heard = (live) => {
      if (live.feed.data_at) this.clock.atLeast(Date.parse(live.feed.data_at));
      changed(live);
      this.draw();
    };
    this.boards = new Boards(this.base, this.data.sports, { changed: heard, told: () => this.mark.update(this.boards.connection) });
    this.mark = new ConnectionMark(this.data.words);
    this.feeds = new Feeds(this.data.words);
    this.odds = new Switch(document.getElementById("odds"), "odds", (odds) => this.screen.choose({ odds }));
  }

  /** The terms of this viewer: whose books, and what these charge. */
  get terms() {
    const { terms } = this.data;
    const { view } = this.screen;
    return { ...terms, commission: { ...terms.commission, ...feesOf(view) }, mine: view.mine };
  }

  /** [[book, {title, short}]] of all boards, well-known ones first. */
  get books() {
    const held = this.boards.lives.map(({ board }) => board);
    const names = Object.assign({}, ...held.map(({ bookmakers }) => bookmakers));
    const offering = new Set(held.flatMap(({ events }) => Object.values(events).flatMap(({ lines }) => Object.keys(lines))));
    return columnsOf(offering, names, this.data.words).map(({ book, title, short }) => [book, { title, short }]);
  }

  /** Where the page of an event is. */
  address = (id) => `${this.base}/event/${encodeURIComponent(id)}`;

  /** Once a frame, however much arrived. */
  draw() {
    if (this.#drawing || !this.boards.whole) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      const { view } = this.screen;
      this.#show(this.clock.now(), view);
      this.odds.update(view.odds || this.data.sports[0]?.odds_format);
    });
  }

  /** Hear the boards, and draw at least each second. */
  open() {
    this.boards.open();
    setInterval(() => {
      this.boards.tick();
      this.mark.update(this.boards.connection);
      this.feeds.update(this.boards.feeds(this.clock), this.clock.now());
      this.draw();
    }, 1000);
  }
}
