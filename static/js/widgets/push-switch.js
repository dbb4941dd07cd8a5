// Web Push: alerts also while no page is open. Only where the browser has it, and only when it is asked for.
import { askAlerts } from "../browser/browser-id.js";
import { local } from "../browser/storage.js";

const KEPT = "linefinder.push";

export class PushSwitch {
  constructor(base) {
    this.base = base;
    this.node = document.getElementById("alerts-push");
    if (!("serviceWorker" in navigator) || !("PushManager" in window) || !isSecureContext) return;
    [this.button, this.said] = this.node.children;
    this.node.hidden = false;
    this.button.addEventListener("click", () => this.press());
    this.show();
  }

  show(words = "") {
    this.button.setAttribute("aria-pressed", String(local.get(KEPT) !== null));
    this.said.textContent = words;
  }

  async press() {
    try {
      this.show(local.get(KEPT) ? await this.end() : await this.begin());
    } catch {
      this.show("This browser's push service does not answer.");
    }
  }

  async begin() {
    if ((await Notification.requestPermission()) !== "granted") return "The browser does not allow it.";
    const answer = await askAlerts(this.base, "GET", "push");
    if (answer.status !== 200) return "The server does not answer.";
    await navigator.serviceWorker.register(`${this.base}/sw.js`, { scope: `${this.base}/` });
    const { pushManager } = await navigator.serviceWorker.ready;
    const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: answer.body.key });
    const { status, body } = await askAlerts(this.base, "POST", "push", subscription.toJSON());
    if (status !== 201) return body.detail ?? "The server does not answer.";
    local.set(KEPT, body.id);
    return "";
  }

  async end() {
    const id = local.get(KEPT);
    local.remove(KEPT);
    await askAlerts(this.base, "DELETE", `subscriptions/${id}`);
    const registration = await navigator.serviceWorker.getRegistration(`${this.base}/`);
    await (await registration?.pushManager.getSubscription())?.unsubscribe();
    return "";
  }
}
