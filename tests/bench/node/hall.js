// Node's servers to be measured, steered like tests/bench/_hall.py: `node hall.js socket.io MESSAGES`.
// MESSAGES is a file: the board, then one update a line. Neither compresses, as is their default.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Server } from "socket.io";
import { WebSocketServer } from "ws";

const [kind, path] = process.argv.slice(2);
const [board, ...updates] = readFileSync(path, "utf8").trim().split("\n").map((line) => JSON.parse(line));
const http = createServer();
const tell = kind === "ws" ? plain() : socketIo();
const say = (body) => process.stdout.write(`${JSON.stringify(body)}\n`);
const sleep = (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds));
const look = () => {
  const { user, system } = process.cpuUsage();
  return { memory: process.memoryUsage().rss, spent: (user + system) / 1e6 };
};
const now = () => Number(process.hrtime.bigint()) / 1e9; // CLOCK_MONOTONIC, as in Python

function socketIo() {
  const io = new Server(http, { transports: ["websocket"], pingInterval: 3_600_000 });
  io.on("connection", (socket) => {
    socket.on("subscribe", (asked, done) => {
      socket.join("board");
      socket.emit("odds_snapshot", board);
      done({ ok: true });
    });
  });
  return (update) => io.to("board").emit("odds_update", update);
}

function plain() {
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  server.on("connection", (socket) => {
    const texts = ["0{}", "40{}", `42${JSON.stringify(["odds_snapshot", board])}`, '430[{"ok":true}]'];
    texts.forEach((text) => socket.send(text));
  });
  return (update) => {
    const text = `42${JSON.stringify(["odds_update", update])}`;
    server.clients.forEach((client) => client.send(text));
  };
}

async function rounds(times, gap) {
  const told = { cpu: [], began: [] };
  for (let round = 0; round < times; round += 1) {
    told.began.push(now());
    const before = process.cpuUsage();
    tell(updates.shift());
    await sleep(gap);
    const { user, system } = process.cpuUsage(before);
    told.cpu.push((user + system) / 1e6);
  }
  return told;
}

http.listen({ host: "127.0.0.1", port: 0, backlog: 4096 }, async () => {
  say({ port: http.address().port, ...look() });
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, times, gap] = line.split(" ");
    if (word === "tell") say(await rounds(Number(times), Number(gap)));
    else say({ ...look(), holds: null, lags: null });
  }
});
