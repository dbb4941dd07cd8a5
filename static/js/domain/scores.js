// The score of a game as the provider told it last. Pure; the twin of linefinder/domain/scores.py.

const LASTS = 120_000;

/** What the team of that name has; empty where it is no team of the event, or nothing was told. */
export function points(score, event, name) {
  if (!score || !name) return "";
  if (name === event.home) return score.home ?? "";
  return name === event.away ? (score.away ?? "") : "";
}

/** Whether a score may have changed since it was told. */
export function isOldScore(score, now) {
  return Boolean(score) && !score.completed && now - Date.parse(score.at) > LASTS;
}
