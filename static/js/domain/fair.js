// Fair probabilities: what the prices of a market say once the bookmaker's margin is taken out. Pure; the twin of
// linefinder/domain/fair.py, which names the sources.

const STEPS = 100;
const CLOSE = 1e-13;
const LONGEST = 5000;

function sumOf(numbers) {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}

function multiplicative(implied) {
  const total = sumOf(implied);
  return implied.map((r) => r / total);
}

function additive(implied) {
  const share = (sumOf(implied) - 1) / implied.length;
  return Math.min(...implied) <= share ? power(implied) : implied.map((r) => r - share);
}

function power(implied) {
  const logs = implied.map(Math.log);
  let k = sumOf(implied) >= 1 ? 1 : 0;
  for (let step = 0; step < STEPS; step += 1) {
    const terms = logs.map((log) => Math.exp(k * log));
    const over = sumOf(terms) - 1;
    if (-CLOSE < over && over < CLOSE) break;
    k -= over / sumOf(terms.map((term, at) => term * logs[at]));
  }
  return multiplicative(logs.map((log) => Math.exp(k * log)));
}

function shin(implied) {
  const total = sumOf(implied);
  const shares = implied.map((r) => (4 * r * r) / total);
  const z = insiders(shares);
  return multiplicative(shares.map((share) => Math.sqrt(z * z + (1 - z) * share) - z));
}

function insiders(shares) {
  const others = shares.length - 2;
  let z = 0;
  for (let step = 0; step < STEPS; step += 1) {
    const roots = shares.map((share) => Math.sqrt(z * z + (1 - z) * share));
    const over = sumOf(roots) - 2 - others * z;
    if (over < CLOSE) break;
    z -= over / (sumOf(shares.map((share, at) => (z - share / 2) / roots[at])) - others);
  }
  return z;
}

function worst(implied) {
  const found = [multiplicative, additive, power, shin].map((method) => method(implied));
  return implied.map((_, at) => Math.min(...found.map((column) => column[at])));
}

const METHODS = { multiplicative, additive, power, shin, worst };
const known = new Map();

/** The fair probabilities of a market from the decimal prices of its outcomes. Kept: many books have the same. */
export function fair(prices, method) {
  const key = `${method} ${prices.join(" ")}`;
  let found = known.get(key);
  if (!found) {
    found = METHODS[method](prices.map((price) => 1 / price));
    if (known.size > 9999) known.clear();
    known.set(key, found);
  }
  return found;
}

/** The decimal price at which a bet of this probability is fair, as far as a board can hold it. */
export function fairDecimal(probability) {
  return 1 / Math.min(Math.max(probability, 1 / LONGEST), 1 - 1 / LONGEST);
}
