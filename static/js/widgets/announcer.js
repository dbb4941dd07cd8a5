// What a screen reader hears: each change of the data's status at once, prices at most twice a minute.
import { plural } from "../shown/format.js";

const PAUSE = 30_000;

export class Announcer {
  constructor(words) {
    this.words = words;
    this.node = document.getElementById("said");
    this.status = document.getElementById("feed").dataset.status;
    this.state = "connected";
    this.changes = 0;
    this.saidAt = Date.now();
  }

  update(judged, connection, changes) {
    this.changes += changes;
    const state = connection.word;
    const turned = state !== this.state && state !== "connecting";
    if (turned) this.state = state;
    if (judged.status !== this.status || turned) this.say(`${this.words.statuses[judged.status]}. ${this.words.connections[state]}.`);
    else if (this.changes && Date.now() - this.saidAt > PAUSE) {
      this.say(`${plural(this.changes, "price")} changed.`);
      this.changes = 0;
    }
    this.status = judged.status;
  }

  say(text) {
    this.node.textContent = text;
    this.saidAt = Date.now();
  }
}
