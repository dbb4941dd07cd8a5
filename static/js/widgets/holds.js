// What each market of a game keeps where every side is bet at its best bookmaker, beside the market's name.
import { shareText } from "../shown/format.js";
import { lowestHold } from "../domain/hold.js";
import { setText } from "./cell.js";

export class Holds {
  constructor(event) {
    this.event = event;
    this.sections = [...document.querySelectorAll("section.market")];
  }

  update({ board, out }) {
    const event = board.events[this.event];
    for (const section of this.sections) {
      setText(section.querySelector(".hold"), event ? holdText(event, section.dataset.market, out, board.odds_format) : "");
    }
  }
}

function holdText(event, market, out, format) {
  const over = market.endsWith("_lay") ? null : lowestHold(event, market, out, format);
  return over === null ? "" : `hold ${shareText(over / (1 + over)).replace(/^\+/, "")}`;
}
