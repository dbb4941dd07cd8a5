// Times of the page in the viewer's time zone.
import { timeText } from "../shown/format.js";
import { intlZone } from "../shown/view-state.js";

/** Write every <time data-form> under `root` in the zone chosen, local time if none was. */
export function localise(root, zone = "local") {
  for (const node of root.querySelectorAll("time[data-form]")) {
    const moment = Date.parse(node.dateTime);
    if (!Number.isNaN(moment)) node.textContent = timeText(moment, node.dataset.form, intlZone(zone));
  }
}
