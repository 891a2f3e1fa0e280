import type { helpCommands } from '../../core/commands/help-commands.ts'
import type { CommandBinding } from './binding.ts'

export const helpBindings: Readonly<Record<keyof typeof helpCommands, CommandBinding>> = {
  'help.palette': { run: ({ actions }) => actions.showHelp('palette') },
  'help.keys': { run: ({ actions }) => actions.showHelp('keys') },
}
