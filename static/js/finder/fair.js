// Fair probabilities: what prices say once the bookmaker's margin is taken out. Pure; the twin of
// linefinder/domain/fair.py, which names the sources, and of the pools of consensus.py.

const STEPS = 100;
const CLOSE = 1e-13;
const LONGEST = 5000;
const MOST_KEPT = 16_384;

function sum(numbers) {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

function multiplicative(implied) {
  const total = sum(implied);
  return implied.map((r) => r / total);
}

function additive(implied) {
  const share = (sum(implied) - 1) / implied.length;
  return Math.min(...implied) <= share ? power(implied) : implied.map((r) => r - share);
}

function power(implied) {
  const logs = implied.map(Math.log);
  let k = sum(implied) >= 1 ? 1 : 0;
  for (let step = 0; step < STEPS; step += 1) {
    let over = -1;
    let slope = 0;
    for (const log of logs) {
      const term = Math.exp(k * log);
      over += term;
      slope += term * log;
    }
    if (over > -CLOSE && over < CLOSE) break;
    k -= over / slope;
  }
  return multiplicative(logs.map((log) => Math.exp(k * log)));
}

function shin(implied) {
  const total = sum(implied);
  const shares = implied.map((r) => (4 * r * r) / total);
  const z = insiders(shares);
  return multiplicative(shares.map((share) => Math.sqrt(z * z + (1 - z) * share) - z));
}

function insiders(shares) {
  let z = 0;
  const others = shares.length - 2;
  for (let step = 0; step < STEPS; step += 1) {
    const roots = shares.map((share) => Math.sqrt(z * z + (1 - z) * share));
    const over = sum(roots) - 2 - others * z;
    if (over < CLOSE) break;
    z -= over / (sum(shares.map((share, n) => (z - share / 2) / roots[n])) - others);
  }
  return z;
}

function worst(implied) {
  const found = [multiplicative, additive, power, shin].map((method) => method(implied));
  return implied.map((_, n) => Math.min(...found.map((column) => column[n])));
}

const METHODS = { multiplicative, additive, power, shin, worst };
const kept = new Map();

/** The fair probabilities of a market by one of METHODS, from the decimal prices of its outcomes. */
export function fair(prices, method = "power") {
  const key = `${method} ${prices.join(" ")}`;
  let found = kept.get(key);
  if (!found) {
    found = METHODS[method](prices.map((price) => 1 / price));
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(key, found);
  }
  return found;
}

/** The decimal price at which a bet of this probability gains and loses nothing. */
export function fairDecimal(probability) {
  return 1 / Math.min(Math.max(probability, 1 / LONGEST), 1 - 1 / LONGEST);
}

/** The weighted sum of opinions [[book, probabilities]] for each outcome, and that of the weights. */
function sums(opinions, weights) {
  const totals = opinions[0][1].map(() => 0);
  let total = 0;
  let counting = 0;
  for (const [book, own] of opinions) {
    const weight = weights[book] ?? 1;
    total += weight;
    if (weight > 0) counting += 1;
    for (let n = 0; n < own.length; n += 1) totals[n] += weight * own[n];
  }
  return { totals, total, counting };
}

/** The weighted mean of [[book, probabilities]]; null where no book has a weight above 0. */
export function consensus(opinions, weights) {
  const { totals, total } = sums(opinions, weights);
  return total ? totals.map((part) => part / total) : null;
}

/** A function book -> consensus of all books but this one; null where no other has a weight above 0. */
export function othersOf(opinions, weights) {
  const { totals, total, counting } = sums(opinions, weights);
  return (book, own) => {
    const weight = weights[book] ?? 1;
    if (counting - (weight > 0 ? 1 : 0) === 0) return null;
    return totals.map((part, n) => Math.max(0, part - weight * own[n]) / (total - weight));
  };
}
