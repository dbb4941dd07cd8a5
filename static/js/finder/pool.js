// What several bookmakers hold fair together. Pure; the twin of the pools of linefinder/domain/consensus.py.

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
