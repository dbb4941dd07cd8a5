// One noted bet as the page shows it. All that is said of its value is said in words too.
import { ageText, pickText, pointText, priceText, shareText, signed, signedSum, soonText } from "../shown/format.js";
import { within } from "../domain/names.js";
import { marketName } from "../shown/rows.js";
import { titleOf } from "../widgets/alert-dialog.js";
import { broughtBy, resultOf } from "./result.js";
import { isInPlay } from "../domain/bet.js";
import { hasClosing, valueOf } from "./value.js";

const UNTOLD = {
  unknown_event: "The server knows nothing of this game any more, or never did.",
  pruned: "The lines of then have been deleted on the server.",
  not_started: "The start was moved; the close is told when it begins.",
  unauthorised: "This board tells closing lines only to who has its token.",
};

export class BetRow {
  constructor(bet, { titles, books, words, base, odds, fees, now, untold, remove }) {
    this.node = document.getElementById("bet-pattern").content.firstElementChild.cloneNode(true);
    Object.assign(this, { bet, odds, book: within(books, bet.bookmaker) ?? bet.bookmaker });
    const title = titleOf(bet.event, { home: bet.home || undefined, away: bet.away || undefined });
    const link = this.part(".title", title);
    link.href = `${base}/event/${encodeURIComponent(bet.event)}`;
    this.part(".of", `${within(titles, bet.sport) ?? bet.sport} · ${marketName(bet.market, words)}`);
    this.part("time", bet.starts_at).dateTime = bet.starts_at;
    this.part(".pick", pickText(bet.market, bet.outcome, bet.point));
    this.part(".price", this.priced(bet.price, bet.odds_format));
    this.part(".book", this.book);
    this.part(".stake", `stake ${bet.stake}`);
    const button = this.node.querySelector(".remove");
    button.setAttribute("aria-label", `Remove: ${pickText(bet.market, bet.outcome, bet.point)}, ${title}`);
    button.addEventListener("click", () => remove(bet));
    this.show(fees, now, untold.get(bet.event));
  }

  part(selector, text) {
    const node = this.node.querySelector(selector);
    node.textContent = text;
    return node;
  }

  priced(price, format) {
    return priceText(price, format, this.odds || format);
  }

  show(fees, now, untold) {
    const { close, starts_at } = this.bet;
    const inPlay = isInPlay(this.bet);
    this.node.querySelector(".worth").hidden = !close || inPlay;
    if (close) this.showResult(fees);
    if (inPlay) {
      this.part(".state", "In play: noted after the start, so that no closing line came after it.");
      return;
    }
    if (!close) {
      const left = (Date.parse(starts_at) - now) / 1000;
      const waits = `Its value shows when the game has begun${left > 0 && soonText(left) ? `, ${soonText(left)}` : ""}.`;
      this.part(".state", left > 0 ? waits : (UNTOLD[untold] ?? (untold ? "The server does not answer; it is asked again." : "Asking how it closed.")));
      return;
    }
    const value = valueOf(this.bet, close, fees);
    this.figure(".own", value.price, this.ownWords(value));
    this.figure(".fairly", value.fair, this.fairWords(value));
    this.part(".state", hasClosing(this.bet) ? "" : notClosing(close));
    this.node.dataset.closed = hasClosing(this.bet);
  }

  showResult(fees) {
    const { bet } = this;
    const { score } = bet.close;
    if (!score) return;
    const told = [[bet.away, score.away], [bet.home, score.home]].filter(([, points]) => points !== null);
    const result = resultOf(bet, score);
    const words = { won: "won", lost: "lost", push: "push, the stake comes back" };
    this.part(".final", `Final score: ${told.map((side) => side.join(" ")).join(", ")}`);
    this.part(".result", result ? `${words[result]}${result === "push" ? "" : ` ${signedSum(broughtBy(bet, result, fees))}`}` : "");
    this.node.dataset.result = result ?? "";
  }

  figure(selector, share, words) {
    this.part(`${selector} .figure`, share === null ? "\u2013" : shareText(share));
    this.part(`${selector} .why`, words);
  }

  ownWords({ price, moved }) {
    const { market, outcome, close } = this.bet;
    if (close.price === null) return `${this.book} had no such line before the start.`;
    const at = [pointText(market, outcome, close.point), this.priced(close.price, close.odds_format)].filter(Boolean).join(" ");
    const seen = `${at}, seen ${seenText(close)} before the start${close.off ? ", then taken off" : ""}`;
    if (price !== null) return `closed at ${seen}`;
    if (moved === null) return close.point === this.bet.point ? "was suspended at the close" : `the point is another: ${seen}`;
    return `the point moved to ${seen}: yours is ${signed(Math.abs(moved)).slice(1)} ${Math.abs(moved) === 1 ? "point" : "points"} ${moved > 0 ? "better" : "worse"}; prices at two points can't be compared`;
  }

  fairWords({ fair }) {
    if (fair === null) return "no other bookmaker offered this bet whole at its point at the close";
    return `the others held it at ${(100 * this.bet.close.fair).toFixed(1)}%`;
  }
}

/** Why there is no closing line: the game was not seen before its start, or too long before it. */
function notClosing(close) {
  if ((close.line_age ?? close.age) === null) return "No closing line: the game was first seen after its start.";
  return `No closing line: last seen ${seenText(close)} before the start, and it may have moved since.`;
}

function seenText({ age, line_age: own }) {
  return ageText(own ?? age ?? 0);
}
