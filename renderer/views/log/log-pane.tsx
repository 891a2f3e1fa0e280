export interface LogPaneProps {
  /** Null where the capture has no kernel log. */
  readonly lines: readonly string[] | null
}

/** The guest's kernel log. */
export function LogPane(_props: LogPaneProps) {
  return null
}
