/** Everything that was done to guests. */
export function HistoryView() {
  return null
}
