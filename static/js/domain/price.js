// Odds formats; the twin of linefinder/domain/price.py. Pure.

/** A price as decimal odds: the whole return. */
export function toDecimal(price, format) {
  if (format === "decimal") return price;
  if (price > 0) return 1 + price / 100;
  return price ? 1 - 100 / price : 1;
}

/** A price as American odds, whole from decimal ones; even money is +100, never \u2212100; 0 where it pays nothing. */
export function toAmerican(price, format) {
  const american = format === "american" ? price : wholeAmerican(price);
  return american === -100 ? 100 : american;
}

function wholeAmerican(price) {
  if (price <= 1) return 0;
  return price >= 2 ? roundHalfEven(100 * (price - 1)) : roundHalfEven(-100 / (price - 1));
}

/** False for the prices that stand for 'suspended'. */
export function isOffered(price, format) {
  return format === "decimal" ? price > 1 : Math.abs(price) >= 100;
}

/** As Python rounds, so that page and server show the same price. */
export function roundHalfEven(number) {
  const below = Math.floor(number);
  const rest = number - below;
  if (rest !== 0.5) return Math.round(number);
  return below % 2 === 0 ? below : below + 1;
}
