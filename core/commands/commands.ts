import type { CommandRow } from './command-row.ts'
import { compareCommands } from './compare-commands.ts'
import { fileCommands } from './file-commands.ts'
import { goCommands } from './go-commands.ts'
import { filterCommands } from './filter-commands.ts'
import { guestCommands } from './guest-commands.ts'
import { helpCommands } from './help-commands.ts'
import { registryCommands } from './registry-commands.ts'
import { pictureCommands } from './picture-commands.ts'
import { viewCommands } from './view-commands.ts'
import { watchCommands } from './watch-commands.ts'

/** All commands of the window, by their names. */
export const commands = {
  ...fileCommands,
  ...viewCommands,
  ...goCommands,
  ...registryCommands,
  ...filterCommands,
  ...pictureCommands,
  ...guestCommands,
  ...helpCommands,
  ...compareCommands,
  ...watchCommands,
} as const satisfies Record<string, CommandRow>

export type CommandId = keyof typeof commands
export const commandIds = Object.keys(commands) as readonly CommandId[]

export function commandRow(id: CommandId): CommandRow {
  return commands[id]
}
