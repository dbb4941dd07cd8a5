// The truth about each sport's data, in one line each.
import { ageText } from "../shown/format.js";
import { setText } from "../widgets/cell.js";

export class Feeds {
  constructor(words) {
    this.words = words;
    this.rows = new Map([...document.querySelectorAll("#feeds [data-sport]")].map((row) => [row.dataset.sport, row]));
  }

  /** `feeds`: [{sport, judged: {status, reason, fresh}, dataAt}]. */
  update(feeds, now) {
    for (const { sport, judged, dataAt } of feeds) {
      const row = this.rows.get(sport);
      if (!row) continue;
      row.dataset.status = judged.status;
      setText(row.querySelector(".status"), this.words.statuses[judged.status]);
      setText(row.querySelector(".reason"), this.reason(judged));
      setText(row.querySelector(".since"), dataAt === null ? "no prices yet" : `${ageText((now - dataAt) / 1000)} old`);
    }
  }

  reason({ status, reason, fresh }) {
    if (status === "delayed") return `${fresh[0]} of ${fresh[1]} fresh`;
    return status === "stale" ? (this.words.reasons[reason] ?? reason ?? "") : "";
  }
}
