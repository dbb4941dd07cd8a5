// Whether and by which way this page hears of news: never the state of the data.
import { countdown } from "../shown/format.js";
import { setText } from "./cell.js";

export class ConnectionMark {
  constructor(words) {
    this.words = words.connections;
    this.node = document.getElementById("connection");
    this.text = document.getElementById("connection-said");
  }

  update(connection) {
    this.node.dataset.state = connection.state;
    this.node.dataset.by = connection.by;
    setText(this.text, this.said(connection));
  }

  said({ state, word, goodbye, nextAt }) {
    const words = this.words[word];
    if (state === "connected") return goodbye ? `The server is going away: ${goodbye.reason}` : words;
    if (state === "offline" || state === "connecting") return words;
    const wait = nextAt === null ? 0 : (nextAt - Date.now()) / 1000;
    const then = wait > 1 ? `, next try in ${countdown(wait)}` : "";
    const why = state === "reconnecting" && goodbye?.reason ? ` (${goodbye.reason})` : "";
    return `${words}${why}${then}`;
  }
}
