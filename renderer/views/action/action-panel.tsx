import type { ActionRecord } from '../../../core/contract/types.ts'

export interface ActionPanelProps {
  readonly record: ActionRecord
}

/** What an action did: its steps and its report. */
export function ActionPanel(_props: ActionPanelProps) {
  return null
}
