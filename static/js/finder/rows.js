// Finds as people read them. Pure; the twin of linefinder/web/shown/finding.py.
import { ageText, countText, moneyText, pickText, plural, priceText, shareText } from "../shown/format.js";
import { toAmerican, toDecimal } from "../domain/price.js";
import { marketName, nameOf } from "../shown/rows.js";
import { fairDecimal } from "../domain/fair.js";
import { kellyStake, split } from "./stakes.js";

/** What a find is about, whatever its figures. */
export function keyOf({ kind, sport, event, market, bets }) {
  const parts = bets.flatMap(({ outcome, point }) => [outcome, point === null ? "" : String(point)]);
  return [kind, sport, event, market, ...parts, ...(bets.length === 1 ? [bets[0].bookmaker] : [])].join("|");
}

/** A find in words, as the list shows it. `board` is its sport's, `title` that sport's name. */
export function rowOf(find, board, { odds, words, title, filters, slip = () => "" }) {
  const event = board.events[find.event];
  const shown = odds || board.odds_format;
  return {
    key: keyOf(find),
    kind: find.kind,
    name: words.finds[find.kind],
    edge: shareText(find.edge),
    event: find.event,
    title: nameOf(event) || title,
    sport: title,
    starts: event.starts_at,
    market: marketName(find.market, words),
    ...staked(find, find.bets.map((bet) => ({ ...betRow(bet, find, board, shown), href: slip(find, bet) })), noteOf(find, board.odds_format, shown), filters, board.odds_format),
    doubts: find.doubts.map((doubt) => sentence(words.doubts[doubt])).join(". "),
  };
}

/** The bets and the note with what to stake, where the filters ask for it. A find's prices after commission follow from
 * its edge: (1 + edge) / share, or / probability. An exchange asks for what the backer stakes, so a lay says that. */
function staked({ probability, edge, bets: told }, bets, note, { total, bank, kelly }, format) {
  const bet = (stake, row) => ({ ...row, share: `bet ${countText(stake)}`, line: row.line && { ...row.line, stake } });
  const lay = (risk, row, price) => ({ ...row, share: `lay ${moneyText(risk / (toDecimal(price, format) - 1))}` });
  if (probability !== null) {
    return { bets: bank ? [bet(kellyStake(bank, kelly, probability, (1 + edge) / probability), bets[0])] : bets, note };
  }
  if (!total) return { bets, note };
  const { stakes, least } = split(total, told.map(({ stake }) => (1 + edge) / stake));
  const left = `These stakes ${least < 0 ? "lose" : "leave"} ${moneyText(Math.abs(least))} at ${least < 0 ? "most" : "least"}`;
  const risks = told.flatMap((one, at) => (one.lay ? [`The lay risks ${countText(stakes[at])}`] : []));
  const rows = bets.map((row, at) => (told[at].lay ? lay(stakes[at], row, told[at].price) : bet(stakes[at], row)));
  return { bets: rows, note: [note, ...risks, left].filter(Boolean).join(". ") };
}

function betRow(bet, find, board, shown) {
  const pick = pickText(find.market, bet.outcome, bet.point);
  return {
    pick: bet.lay ? `Lay ${pick}` : pick,
    price: priceText(bet.price, board.odds_format, shown),
    book: Object.hasOwn(board.bookmakers, bet.bookmaker) ? board.bookmakers[bet.bookmaker] : bet.bookmaker,
    share: find.bets.length > 1 ? shareText(bet.stake).replace(/^\+/, "") : "",
    line: bet.lay ? null : { sport: find.sport, event: find.event, market: find.market, outcome: bet.outcome, bookmaker: bet.bookmaker },
    age: bet.age === null ? "age unknown" : `${ageText(bet.age)} old`,
  };
}

function noteOf({ kind, probability, others, results }, held, shown) {
  if (probability !== null) return `Fair ${priceText(fairPrice(probability, held), held, shown)} by ${plural(others, "other book")}`;
  if (kind !== "middle") return "";
  return results ? `Both win on ${plural(results, "result")}` : "No result wins both; on one of them a bet is given back";
}

/** The price at which a bet of this probability gains and loses nothing, in a board's format. */
export function fairPrice(probability, format) {
  const price = fairDecimal(probability);
  return format === "american" ? toAmerican(price, "decimal") : Math.max(1.001, Math.round(1000 * price) / 1000);
}

function sentence(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
