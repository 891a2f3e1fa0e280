import type { CommandId } from '../../core/commands/commands.ts'
import type { CommandBinding } from './binding.ts'
import { compareBindings } from './compare-bindings.ts'
import { fileBindings } from './file-bindings.ts'
import { goBindings } from './go-bindings.ts'
import { filterBindings } from './filter-bindings.ts'
import { guestBindings } from './guest-bindings.ts'
import { helpBindings } from './help-bindings.ts'
import { registryBindings } from './registry-bindings.ts'
import { pictureBindings } from './picture-bindings.ts'
import { viewBindings } from './view-bindings.ts'
import { watchBindings } from './watch-bindings.ts'

/** One for each row of the table; none forgotten. */
export const bindings: Readonly<Record<CommandId, CommandBinding>> = {
  ...fileBindings,
  ...viewBindings,
  ...goBindings,
  ...registryBindings,
  ...filterBindings,
  ...pictureBindings,
  ...guestBindings,
  ...helpBindings,
  ...compareBindings,
  ...watchBindings,
}
