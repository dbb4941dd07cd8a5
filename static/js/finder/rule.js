// The rule of an alert that tells of what the filters show, and which of the filters it can't know. Pure.

const LEAST = -5;
const MOST = 10; // per cent; what is beyond is taken for a fault of the data and never told
const UNKNOWN = {
  oldest: "the age of lines",
  hours: "the start",
  play: "games in play, which it never tells",
  sure: "doubts other than lines that lag",
};

/** {rule} for the server, without its sport; {refused} in words where no such find would ever be told. */
export function ruleOf({ kinds, least, line }, mine) {
  if (least > MOST) return { refused: `Edges above ${MOST}% are most often a fault of the data, and no alert tells them: choose a lower least edge.` };
  const edge = Math.max(LEAST, least ?? LEAST) / 100;
  return { rule: { kind: "find", kinds, mine, edge, ...(line && { market: line }) } };
}

/** What of the filters the rule does not ask for, as a sentence; empty where there is nothing. */
export function leftOut(filters) {
  const names = Object.keys(UNKNOWN).filter((name) => filters[name]);
  return names.length ? `The alert does not ask for ${names.map((name) => UNKNOWN[name]).join("; ")}.` : "";
}
