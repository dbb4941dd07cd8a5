// Who is brought up to date when: what somebody can see first, the rest after it, and never more in a frame than the
// frame has time for. What is written must also be laid out and painted, so that writes count, not only time.

const SLICE = 2; // ms of script, of a frame's 16
const PIECE = 4; // ms of a task that writes nothing
const WRITES = 6;
const FIRST = 16;
const UNSEEN = 50;
const PHONE = "(max-width: 640px)"; // there the page scrolls, not the pane

const tasks = [];
const bell = new MessageChannel();
bell.port1.onmessage = () => tasks.shift()();

/** Do something in a task of its own, soon, also on a page that nobody sees. */
export function nextTask(act) {
  tasks.push(act);
  bell.port2.postMessage(null);
}

/** Run an iterator to its end, in one task no more than there is time for. */
export function inTasks(steps) {
  const until = performance.now() + PIECE;
  do if (steps.next().done) return; while (performance.now() < until);
  nextTask(() => inTasks(steps));
}

/** Do something in the next frame; a page that nobody sees has none. */
export function nextFrame(act) {
  if (document.hidden) setTimeout(act, UNSEEN);
  else requestAnimationFrame(act);
}

export class Turns {
  /** `update(item, view, near)` brings an item (which has a `node` within `pane`) up to date, and gives how many
   * cells it wrote. */
  constructor(pane, update) {
    this.update = update;
    this.waiting = new Map();
    this.items = new Map();
    this.near = new Set();
    this.pane = pane;
    this.look();
    matchMedia(PHONE).addEventListener("change", () => this.look());
  }

  /** What is near is near the window of what scrolls: the pane, or on a phone the page. */
  look() {
    this.observer?.disconnect();
    const root = matchMedia(PHONE).matches ? null : this.pane;
    this.observer = new IntersectionObserver((entries) => this.saw(entries), { root, rootMargin: "200px 0px" });
    for (const node of this.items.keys()) this.observer.observe(node);
  }

  /** An item belongs to the board; until it was seen where it stands, the first ones count as near. */
  watch(item) {
    if (this.items.size < FIRST) this.near.add(item);
    this.items.set(item.node, item);
    this.observer.observe(item.node);
  }

  forget(item) {
    this.observer.unobserve(item.node);
    this.items.delete(item.node);
    this.near.delete(item);
    this.waiting.delete(item);
  }

  /** Bring items up to date with `view`, the near ones first; `now`: those before anything is painted. */
  take(items, view, now) {
    for (const item of items) {
      if (now && this.near.has(item)) this.run(item, view);
      else this.waiting.set(item, view);
    }
    this.go();
  }

  saw(entries) {
    for (const { target, isIntersecting } of entries) {
      const item = this.items.get(target);
      if (!item) continue;
      if (!isIntersecting) this.near.delete(item);
      else this.near.add(item);
      if (isIntersecting && this.waiting.has(item)) this.run(item, this.waiting.get(item));
    }
  }

  run(item, view) {
    this.waiting.delete(item);
    return this.update(item, view, this.near.has(item));
  }

  go() {
    if (!this.waiting.size || this.going) return;
    this.going = true;
    nextFrame(() => this.slice());
  }

  slice() {
    this.going = false;
    const until = performance.now() + SLICE;
    let written = 0;
    for (const item of this.inTurn()) {
      written += this.run(item, this.waiting.get(item));
      if (written >= WRITES || performance.now() > until) break;
    }
    this.go();
  }

  /** The items that wait, those near first. */
  *inTurn() {
    for (const item of this.near) if (this.waiting.has(item)) yield item;
    for (const item of this.waiting.keys()) yield item;
  }
}
