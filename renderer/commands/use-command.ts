import { commandRow, type CommandId } from '../../core/commands/commands.ts'
import { useApp, useAppHandle } from '../state/app-context.tsx'
import { bindings } from './bindings.ts'
import { isMac, keysText } from './keys.ts'
import { runCommand } from './run-command.ts'

export interface UsableCommand {
  readonly title: string
  /** As people read them; null for a command without keys. */
  readonly keys: string | null
  /** A tooltip: title and keys. */
  readonly hint: string
  readonly whyNot: string | null
  readonly run: () => void
}

/** A command for a button or a menu item. */
export function useCommand(id: CommandId): UsableCommand {
  const app = useAppHandle()
  const whyNot = useApp(state => bindings[id].whyNot?.(state) ?? null)
  const { title, keys: ways } = commandRow(id)
  const keys = ways === undefined ? null : keysText(ways, isMac)
  const plain = title.replace('…', '')
  const hint = keys === null ? plain : `${plain} (${keys})`
  return { title, keys, hint, whyNot, run: () => runCommand(app, id) }
}
