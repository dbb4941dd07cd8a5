// How much to stake. Pure; the twin of linefinder/domain/stakes.py, which names the sources.

const STEPS = [[50, 1], [250, 5], [1000, 10], [Infinity, 50]];
const FINE = 1e9;

/** The step in which people bet stakes of this size. */
function stepOf(stake) {
  return STEPS.find(([most]) => stake <= most)[1];
}

/** About `total` over all sides at these decimal prices: {stakes, least: what they leave at least}. */
export function split(total, prices) {
  const whole = prices.reduce((sum, price) => sum + 1 / price, 0);
  const choices = prices.map((price) => roundings(total / price / whole));
  const all = choices.reduce((found, some) => found.flatMap((stakes) => some.map((stake) => [...stakes, stake])), [[]]);
  return all.map((stakes) => splitOf(stakes, prices)).reduce((best, one) => (isBetter(one, best) ? one : best));
}

function roundings(ideal) {
  const step = stepOf(ideal);
  const below = Math.floor(ideal / step) * step;
  return [...new Set([Math.max(step, below), below + step])];
}

function splitOf(stakes, prices) {
  const sum = stakes.reduce((total, stake) => total + stake, 0);
  const least = Math.min(...stakes.map((stake, n) => stake * prices[n])) - sum;
  return { stakes, least, merit: Math.floor((FINE * least) / sum + 0.5) };
}

function isBetter(one, best) {
  if (one.merit !== best.merit) return one.merit > best.merit;
  const at = one.stakes.findIndex((stake, n) => stake !== best.stakes[n]);
  return at >= 0 && one.stakes[at] < best.stakes[at];
}

/** The share of a bankroll that makes it grow fastest; 0 where there is no edge. */
export function kelly(probability, price) {
  return Math.max(0, (probability * price - 1) / (price - 1));
}

/** A part of that as a stake, rounded down as people bet; 0 where that is less than 1. */
export function kellyStake(bankroll, part, probability, price) {
  const ideal = bankroll * part * kelly(probability, price);
  const step = stepOf(ideal);
  return Math.floor(ideal / step + 1 / FINE) * step;
}
