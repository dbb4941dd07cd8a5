// The drawing of the chart: uPlot, its axes, its marks, and what it says where the pointer is.
import uPlot from "../../vendor/uplot/uPlot.esm.js";
import { timeText } from "../shown/format.js";

const HUES = 8;
const DASHES = [["solid", []], ["dashed", [7, 4]], ["dotted", [2, 3]], ["double", [12, 3, 2, 3]]];
const DAY = 86_400_000;
const MINUTE = 60_000;
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
/** Points come in halves; prices as finely as they are drawn. */
const LEAST = { point: 0.5, price: 0.01 };

const probe = document.createElement("i");
probe.hidden = true;
document.body.append(probe);

/** How the line of the n-th bookmaker is told from the others: a colour and a dash. */
export function look(index) {
  const [style, dash] = DASHES[Math.floor(index / HUES) % DASHES.length];
  return { color: `--line-${index % HUES}`, style, dash };
}

export class Plot {
  /** `said(at)` hears at which index of the times the pointer is, null where it is nowhere. */
  constructor(node, said) {
    this.node = node;
    this.said = said;
    this.tip = document.createElement("div");
    this.tip.className = "tip";
    this.tip.hidden = true;
    new ResizeObserver(() => this.chart?.setSize(this.size())).observe(node);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.chart?.redraw());
    new MutationObserver(() => this.chart?.redraw()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    node.addEventListener("keydown", (press) => this.step(press));
    node.addEventListener("blur", () => this.leave());
  }

  size() {
    return { width: this.node.clientWidth, height: this.node.clientHeight };
  }

  /** Draw {times, columns}; `text(value)` labels the axis of what it `shows`, `marks` has the start and
   * the openers; `last` is the index of the present; `zone` is whose clock the time goes by. */
  draw({ times, columns, names, text, zone, marks, shows, last }) {
    Object.assign(this, { names, text, zone, marks, shows, last });
    const made = names.join("\n");
    if (this.chart && made === this.made) {
      this.chart.setData([times, ...columns]);
      return;
    }
    this.made = made;
    this.chart?.destroy();
    this.chart = new uPlot(this.options(), [times, ...columns], this.node);
    this.chart.over.append(this.tip);
  }

  options() {
    return {
      ...this.size(),
      ms: 1,
      tzDate: (moment) => (this.zone ? uPlot.tzDate(new Date(moment), this.zone) : new Date(moment)),
      legend: { show: false },
      focus: { alpha: 0.35 },
      cursor: { focus: { prox: 24 }, points: { size: 6 }, drag: { x: false, y: false } },
      scales: { x: { time: true, range: (_, low, high) => [low, high] }, y: { range: padded } },
      axes: [this.axis({ values: (_, splits) => moments(splits, this.zone), space: 70, size: 30 }), this.axis(this.values())],
      series: [{}, ...this.names.map((_, index) => line(index))],
      hooks: { draw: [(chart) => this.mark(chart)], setCursor: [(chart) => this.point(chart)] },
    };
  }

  values() {
    const incrs = () => STEPS.filter((step) => step >= LEAST[this.shows]);
    return { values: (_, splits) => splits.map((value) => this.text(value)), size: 58, space: 34, incrs };
  }

  axis(more) {
    return { stroke: () => css("--quiet"), grid: { stroke: () => css("--hair"), width: 1 }, ticks: { show: false }, font: "11px system-ui, sans-serif", ...more };
  }

  /** The start as a line with its name, and each opener as a ring. */
  mark(chart) {
    const { ctx, bbox } = chart;
    ctx.save();
    const x = chart.valToPos(this.marks.start, "x", true);
    if (x >= bbox.left && x <= bbox.left + bbox.width) kickOff(ctx, bbox, x);
    for (const { time, value, index } of this.marks.openers) {
      ring(ctx, chart.valToPos(time, "x", true), chart.valToPos(value, "y", true), css(look(index).color));
    }
    ctx.restore();
  }

  point(chart) {
    const { idx, left } = chart.cursor;
    const there = idx !== null && idx !== undefined && left >= 0;
    this.at = there ? idx : null;
    this.tip.hidden = !there;
    if (!there) return;
    this.tip.replaceChildren(...this.said(idx));
    const right = left > chart.over.clientWidth / 2;
    this.tip.style.left = right ? "auto" : `${left + 12}px`;
    this.tip.style.right = right ? `${chart.over.clientWidth - left + 12}px` : "auto";
  }

  /** The keys left and right go from change to change. */
  step({ key }) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (!by || !this.chart) return;
    const times = this.chart.data[0];
    const at = Math.max(0, Math.min(this.last, (this.at ?? (by > 0 ? -1 : this.last + 1)) + by));
    this.chart.setCursor({ left: this.chart.valToPos(times[at], "x"), top: this.chart.over.clientHeight / 2 });
  }

  leave() {
    this.chart?.setCursor({ left: -10, top: -10 });
  }
}

function line(index) {
  const { color, dash } = look(index);
  return { stroke: () => css(color), dash, width: 1.5, paths: uPlot.paths.stepped({ align: 1 }), points: { show: false } };
}

/** Room above and below; never a chart of no height. */
function padded(_, low, high) {
  if (low === null) return [0, 1];
  const room = (high - low) * 0.08 || Math.max(0.02, Math.abs(high) * 0.02);
  return [low - room, high + room];
}

/** Hours of one day by the clock, to the second where they lie so close; days by their names. */
function moments(splits, zone) {
  const days = splits.length > 1 && splits.at(-1) - splits[0] > 2 * DAY;
  const form = splits[1] - splits[0] < MINUTE ? "second" : "clock";
  const begins = (at) => timeText(at, "second", zone) === "00:00:00";
  return splits.map((at) => timeText(at, days || begins(at) ? "short" : form, zone));
}

function kickOff(ctx, bbox, x) {
  ctx.strokeStyle = ctx.fillStyle = css("--ink");
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = x > bbox.left + bbox.width / 2 ? "right" : "left";
  ctx.textBaseline = "top";
  ctx.fillText(" kick-off ", x, bbox.top);
}

function ring(ctx, x, y, color) {
  ctx.setLineDash([]);
  ctx.beginPath();
  ctx.arc(x, y, 3.5 * devicePixelRatio, 0, 2 * Math.PI);
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.strokeStyle = color;
  ctx.fillStyle = css("--sheet");
  ctx.fill();
  ctx.stroke();
}

function css(name) {
  // A variable's own value may be a function such as light-dark(), which a canvas does not take.
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}
