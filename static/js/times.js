// Times of the page in the viewer's time zone.
import { timeText } from "./format.js";

/** Write every <time data-form> under `root` in local time. */
export function localise(root) {
  for (const node of root.querySelectorAll("time[data-form]")) {
    const moment = Date.parse(node.dateTime);
    if (!Number.isNaN(moment)) node.textContent = timeText(moment, node.dataset.form);
  }
}
