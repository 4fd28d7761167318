/** Time as a workflow sees it: that of its history, the same in every replay, so it may be told and never decides. */
export function millisecondsNow(): number {
  // oxlint-disable-next-line no-restricted-properties -- in workflow code Temporal's own clock stands behind it
  return Date.now();
}
