// What stands above or in place of the table: that polling is off, that there is nothing to show.
import { plural } from "../format.js";
import { setText } from "./cell.js";

export class Notes {
  constructor(words) {
    this.words = words.empty;
    this.off = document.getElementById("polling-off");
    this.empty = document.getElementById("empty");
    this.tables = [...document.querySelectorAll("table.grid")];
  }

  update({ board, feed, judged, page, past }, only, shown) {
    const polling = feed.polling;
    if (this.off) this.off.hidden = page.polled && polling;
    const none = only ? !board.events[only] || !Object.keys(board.events[only].lines).length : !Object.keys(board.events).length;
    this.empty.hidden = !none;
    this.tables.forEach((table) => (table.hidden = none));
    const all = Object.keys(board.events).length;
    if (!none && shown && !shown.length) {
      this.empty.hidden = false;
      this.tables.forEach((table) => (table.hidden = true));
      setText(this.empty, `None of the ${plural(all, "game")} on the board is what the filters above ask for.`);
    } else if (none && !only) setText(this.empty, past ? this.words.past : this.why(judged, page.polled && polling, page.active));
  }

  why({ status }, polled, active) {
    if (status === "idle") return this.words.idle;
    if (!active && status === "waiting") return this.words.season;
    if (status === "stale") return this.words.failed;
    return this.words[polled ? "coming" : "unpolled"];
  }
}
