// The truth about a sport's data, judged again by the page as time passes: a dead socket must never
// leave 'Live' over old data. Pure; limits and order are those of linefinder/domain/feed.py.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LATE_AFTER = 15_000;
const BELIEVED_FOR = 45_000;
const LIMITS = [
  [0, 90_000],
  [HOUR, 3 * MINUTE],
  [6 * HOUR, 7 * MINUTE],
  [24 * HOUR, 14 * MINUTE],
  [72 * HOUR, HOUR],
];
const FAILURES = new Set([
  "upstream_error", "invalid_key", "out_of_credits", "request_refused", "unknown_sport", "store_error",
]);
const RANK = { live: 0, idle: 0, waiting: 0, delayed: 1, stale: 2 };

/** How old (ms) the data of an event may be before it counts as old. */
export function limit(startsAt, now) {
  const row = LIMITS.find(([within]) => startsAt - now <= within);
  return row ? row[1] : 2 * HOUR;
}

/** Whether the data of an event that starts at `startsAt` (ms) is within its limit. */
export function isFresh(dataAt, startsAt, now) {
  return dataAt !== null && now - dataAt <= limit(startsAt, now);
}

/**
 * The feed at this moment: {status, reason, fresh: [n, of]}.
 *
 * `feed` is what the server said last, `heardAt` when; `starts` the start times (ms) of the events.
 * The worse of the server's word and the page's own judgement counts.
 */
export function judge(feed, starts, now, heardAt) {
  const dataAt = feed.data_at ? Date.parse(feed.data_at) : null;
  const fresh = starts.filter((start) => isFresh(dataAt, start, now)).length;
  const own = ownStatus(feed, dataAt, fresh, starts.length, now, heardAt);
  const worse = RANK[feed.status] > RANK[own.status] ? feed : own;
  return { status: worse.status, reason: worse.reason, fresh: [fresh, starts.length] };
}

function ownStatus(feed, dataAt, fresh, events, now, heardAt) {
  if (FAILURES.has(feed.reason)) return { status: "stale", reason: feed.reason };
  if (dataAt === null) return { status: "waiting", reason: null };
  if (fresh < events && !feed.polling) return { status: "stale", reason: "paused" };
  if (fresh < events && isLate(feed, now, heardAt)) return { status: "stale", reason: "late" };
  if (!events) return { status: "idle", reason: null };
  return { status: fresh === events ? "live" : "delayed", reason: null };
}

/**
 * Whether a poll should have come some time ago. The page can't see a poll that is under way: where
 * the server spoke after that moment and did not call it late, it is believed while it keeps speaking.
 */
function isLate(feed, now, heardAt) {
  if (!feed.next_poll_at) return false;
  // A plan no later than the data was carried out already: the next one is still to be told.
  const done = feed.data_at && feed.next_poll_at <= feed.data_at;
  if (done) return now - heardAt > BELIEVED_FOR;
  const due = Date.parse(feed.next_poll_at) + LATE_AFTER;
  if (now <= due) return false;
  const believed = heardAt > due && now - heardAt <= BELIEVED_FOR && feed.status !== "stale";
  return !believed;
}
