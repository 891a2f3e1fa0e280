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

/**
 * The same for a key. Where the registry is in sight the reason is said below the tree and goes with the next step: a key
 * is pressed in passing more often than a button.
 */
export function runByKeys(app: App, id: CommandId): void {
  const { current, view } = app.store.getState()
  const reason = bindings[id].whyNot?.(app.store.getState()) ?? null
  if (reason === null || !current || view !== 'registry') return runCommand(app, id)
  app.actions.say({ text: reason, tone: 'plain' })
}
