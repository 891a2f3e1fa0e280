import type { ActionContext } from './store.ts'

export interface HelpActions {
  readonly showHelp: (what: 'none' | 'palette' | 'keys') => void
}

export function helpActions({ store }: ActionContext): HelpActions {
  return { showHelp: help => store.setState({ help }) }
}
