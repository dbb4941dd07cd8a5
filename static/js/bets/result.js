// How a bet ended, by the final score. Pure. What a bookmaker settles by may differ (overtime, abandoned games): its
// own rules decide.
import { netOf } from "../domain/compare.js";
import { within } from "../domain/names.js";
import { toDecimal } from "../domain/price.js";

/** What a score is kept as, {home, away}, from an answer of REST; null before the final one. */
export function finalOf({ score }) {
  return score?.completed ? { home: score.home, away: score.away } : null;
}

/** "won", "lost" or "push" of a bet whose final score is {home, away}; null where that can't be told. */
export function resultOf(bet, score) {
  const [home, away] = [score?.home, score?.away].map((points) => (/^\d{1,6}$/.test(points ?? "") ? Number(points) : NaN));
  if (Number.isNaN(home - away)) return null;
  const own = { [bet.home]: home - away, [bet.away]: away - home };
  const lead = Object.hasOwn(own, bet.outcome) ? own[bet.outcome] : null;
  if (bet.market === "h2h") return winnerOf(bet, lead, home - away);
  if (bet.market === "spreads" && lead !== null && bet.point !== null) return ended(lead + bet.point);
  if (bet.market !== "totals" || bet.point === null) return null;
  const over = home + away - bet.point;
  return { Over: ended(over), Under: ended(-over) }[bet.outcome] ?? null;
}

/** Where a draw can be bet on, it loses the others; else it gives stakes back. */
function winnerOf(bet, lead, difference) {
  const draws = bet.sport.startsWith("soccer");
  if (bet.outcome === "Draw") return difference === 0 ? "won" : "lost";
  if (lead === null) return null;
  return lead === 0 && draws ? "lost" : ended(lead);
}

function ended(margin) {
  if (margin === 0) return "push";
  return margin > 0 ? "won" : "lost";
}

/** What a bet brought, in the unit of its stake, after commission. */
export function broughtBy(bet, result, fees = {}) {
  if (result === "push") return 0;
  if (result === "lost") return -bet.stake;
  return bet.stake * (netOf(toDecimal(bet.price, bet.odds_format), within(fees, bet.bookmaker)) - 1);
}
