import type { ReactNode } from 'react'
import { commandRow, type CommandId } from '../../core/commands/commands.ts'
import { useApp, useAppHandle } from '../state/app-context.tsx'
import { IconButton } from '../widgets/button.tsx'
import { bindings } from './bindings.ts'
import { isMac, keysText } from './keys.ts'

export interface CommandButtonProps {
  readonly command: CommandId
  readonly icon: ReactNode
  /** Where the command's title says too much or too little. */
  readonly label?: string
  readonly isPressed?: boolean
}

/** A command as a small button: its tooltip says its keys, or why it cannot be done now. */
export function CommandButton({ command, icon, label, isPressed }: CommandButtonProps) {
  const app = useAppHandle()
  const { title, keys } = commandRow(command)
  const { run, whyNot } = bindings[command]
  const reason = useApp(state => whyNot?.(state) ?? null)
  const name = label ?? title
  return (
    <IconButton
      label={name}
      hint={reason ?? (keys === undefined ? undefined : keysText(keys, isMac))}
      icon={icon}
      isPressed={isPressed}
      aria-disabled={reason !== null || undefined}
      onClick={() => {
        if (reason === null) run(app)
      }}
    />
  )
}

/** A command's keys as a menu shows them. */
export function keysOf(command: CommandId): string | undefined {
  const { keys } = commandRow(command)
  return keys === undefined ? undefined : keysText(keys, isMac)
}
