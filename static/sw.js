// The service worker: shows what is pushed while no page is open, and opens the board when it is pressed.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  event.waitUntil(show(event.data));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data));
});

/** One notification for all that came at once: several would be a storm. */
async function show(data) {
  const { alerts, more } = data.json();
  const lines = alerts.map(({ title, text, late }) => `${title}: ${text}${late >= 60 ? ` (up to ${Math.round(late / 60)} min late)` : ""}`);
  if (more) lines.push(`and ${more} more`);
  const title = alerts.length > 1 || more ? `${alerts.length + more} alerts` : alerts[0].title;
  const body = lines.length > 1 ? lines.join("\n") : alerts[0].text;
  await self.registration.showNotification(title, { body, tag: alerts[0].id, data: alerts[0].sport });
}

async function open(sport) {
  const url = new URL(encodeURIComponent(sport), self.registration.scope).href;
  const pages = await self.clients.matchAll({ type: "window" });
  const page = pages.find((client) => client.url.startsWith(self.registration.scope));
  return page ? page.focus() : self.clients.openWindow(url);
}
