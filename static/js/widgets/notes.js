// What stands above or in place of the table: that polling is off, that there is nothing to show.
import { plural } from "../shown/format.js";
import { setText } from "./cell.js";

export class Notes {
  constructor(words) {
    this.words = words.empty;
    this.off = document.getElementById("polling-off");
    this.empty = document.getElementById("empty");
    this.tables = [...document.querySelectorAll("table.grid")];
  }

  update({ board, feed, judged, page, past, view }, only, shown) {
    const polling = feed.polling;
    if (this.off) this.off.hidden = page.polled && polling;
    const none = only ? !board.events[only] || !Object.keys(board.events[only].lines).length : !Object.keys(board.events).length;
    this.empty.hidden = !none;
    this.tables.forEach((table) => (table.hidden = none));
    const filtered = !none && shown && filteredText(board, view, shown);
    if (filtered) {
      this.empty.hidden = false;
      this.tables.forEach((table) => (table.hidden = true));
      setText(this.empty, filtered);
    } else if (!none && hasNoneOf(board, view.mine)) {
      this.empty.hidden = false;
      setText(this.empty, "None of the bookmakers that you named as yours is on this board, so no line is marked as the best. View names others.");
    } else if (none && !only) setText(this.empty, past ? this.words.past : this.why(judged, page.polled && polling, page.active));
  }

  why({ status }, polled, active) {
    if (status === "idle") return this.words.idle;
    if (!active && status === "waiting") return this.words.season;
    if (status === "stale") return this.words.failed;
    return this.words[polled ? "coming" : "unpolled"];
  }
}

/** Why nothing of a board is shown by the viewer's own choice, or by that of a shared link; empty where something is. */
function filteredText({ events, bookmakers }, { hide }, shown) {
  if (!shown.length) return `None of the ${plural(Object.keys(events).length, "game")} on the board is what the filters above ask for.`;
  const hidden = Object.keys(bookmakers).every((book) => hide.includes(book));
  return hidden ? "All bookmakers of this board are hidden. View shows them again." : "";
}

/** Whether somebody named bookmakers as theirs, and the board has none of them. */
function hasNoneOf({ bookmakers }, mine) {
  return mine.length > 0 && !mine.some((book) => Object.hasOwn(bookmakers, book));
}
