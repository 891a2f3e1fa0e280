import { expect, test } from 'vitest'
import { commandIds, commandRow } from '../../../core/commands/commands.ts'
import { watchCommands } from '../../../core/commands/watch-commands.ts'

test('no key of the watch belongs to another command too', () => {
  for (const row of Object.values(watchCommands)) {
    if (!('keys' in row)) continue
    const { keys } = row
    const owners = commandIds.filter(id => commandRow(id).keys?.split(' ').includes(keys))
    expect([keys, owners.length]).toEqual([keys, 1])
  }
})
