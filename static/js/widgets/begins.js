// When the game of this page begins, and how soon that is, as time passes and where its start is moved.
import { soonText } from "../shown/format.js";
import { localise } from "../browser/times.js";
import { setText } from "./cell.js";

export class Begins {
  constructor(node, event) {
    this.event = event;
    this.node = node;
    this.time = node.querySelector("time");
    this.soon = node.querySelector(".soon");
  }

  update({ board, now, view }) {
    const starts = board.events[this.event]?.starts_at;
    if (!starts) return;
    if (Date.parse(starts) !== Date.parse(this.time.dateTime)) {
      this.time.dateTime = starts;
      localise(this.node, view.zone);
    }
    setText(this.soon, soonText((Date.parse(starts) - now) / 1000));
  }
}
