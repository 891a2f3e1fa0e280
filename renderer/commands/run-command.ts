import type { CommandId } from '../../core/commands/commands.ts'
import { commandRow } from '../../core/commands/commands.ts'
import type { App } from '../state/app-context.tsx'
import { bindings } from './bindings.ts'

/** Runs a command, or says why it cannot be run now. */
export function runCommand(app: App, id: CommandId): void {
  const { run, whyNot } = bindings[id]
  const reason = whyNot?.(app.store.getState()) ?? null
  if (reason === null) return run(app)
  const command = commandRow(id).title.replace('…', '')
  app.store.setState({ notice: { failure: { kind: 'not-now', command, reason } } })
}
