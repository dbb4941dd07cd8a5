// Who is brought up to date when: what somebody can see at once, the rest between frames, a few at a time.

const SLICE = 5; // ms, of a frame's 16
const FIRST = 16;

export class Turns {
  /** `update(item, view, near)` brings an item (which has a `node` within `pane`) up to date. */
  constructor(pane, update) {
    this.update = update;
    this.waiting = new Map();
    this.items = new Map();
    this.near = new Set();
    this.observer = new IntersectionObserver((entries) => this.saw(entries), { root: pane, rootMargin: "200px 0px" });
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

  /** Bring items up to date with `view`: the near ones now. */
  take(items, view) {
    for (const item of items) {
      if (this.near.has(item)) this.run(item, view, true);
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
      if (isIntersecting && this.waiting.has(item)) this.run(item, this.waiting.get(item), true);
    }
  }

  run(item, view, near) {
    this.waiting.delete(item);
    this.update(item, view, near);
  }

  go() {
    if (!this.waiting.size || this.going) return;
    this.going = true;
    setTimeout(() => this.slice());
  }

  slice() {
    this.going = false;
    const until = performance.now() + SLICE;
    for (const [item, view] of this.waiting) {
      this.run(item, view, false);
      if (performance.now() > until) break;
    }
    this.go();
  }
}
