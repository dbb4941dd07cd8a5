// One book's lines judged by the others': what they are worth, and whether the book stands apart. Pure; the twin
// of linefinder/domain/apart.py.
import { FAULT } from "./edges.js";
import { consensus, othersOf } from "./pool.js";
import { net, takes } from "./offers.js";

const APART = 0.03;
const LEAST_OTHERS = 3;
const NOTABLE = 0.0005;

/** The values and outliers of one market; `late` are the offers of books that lag, judged by the others. */
export function valuesOf(market, offers, late, reader, terms) {
  const found = [];
  for (const [key, { sides, quotes }] of offers) {
    const opinions = opinionsOf(quotes, reader);
    if (!opinions.length) continue;
    const others = othersOf(opinions, terms.weights);
    for (const [book, own, quote] of opinions) {
      const said = takes(terms, book) && others(book, own);
      if (said) judge(found, { market, sides, book, own, quote, said, lags: false, opinions }, terms);
    }
    const behind = late?.get(key);
    const said = behind && consensus(opinions, terms.weights);
    if (said) {
      for (const [book, own, quote] of opinionsOf(behind.quotes, reader)) judge(found, { market, sides, book, own, quote, said, lags: true, opinions }, terms);
    }
  }
  return found;
}

/** [[book, fair probabilities, quote]], without books whose own prices are a fault of the data. */
function opinionsOf(quotes, reader) {
  const found = [];
  for (const [book, quote] of quotes) if (quote.hold >= -FAULT) found.push([book, reader.opinion(quote), quote]);
  return found;
}

function judge(found, court, terms) {
  const { sides, book, own, quote, said, lags } = court;
  let most = 0;
  for (let n = 1; n < own.length; n += 1) if (said[n] - own[n] > said[most] - own[most]) most = n;
  const rivals = court.opinions.length - (lags ? 0 : 1);
  const apart = rivals >= LEAST_OTHERS && said[most] - own[most] >= APART && isAlone(court, most);
  for (let n = 0; n < sides.length; n += 1) {
    const value = said[n] * net(terms, book, quote.prices[n]) - 1;
    const stands = apart && n === most;
    if (!stands && (lags || value < NOTABLE)) continue;
    const doubts = [];
    if (lags) doubts.push("lag");
    if (rivals < 2) doubts.push("alone");
    if (value > FAULT) doubts.push("fault");
    found.push({
      kind: stands ? "outlier" : "value",
      market: court.market,
      edge: value,
      bets: [{ outcome: sides[n][0], point: sides[n][1], stake: 1, holders: [[book, null]], lay: false }],
      doubts,
      probability: said[n],
      others: rivals,
      gap: null,
      results: 0,
    });
  }
}

/** Whether no other book is near. */
function isAlone({ book, own, opinions }, most) {
  return opinions.every(([name, one]) => name === book || Math.abs(own[most] - one[most]) >= APART / 2);
}
