import type { guestCommands } from '../../core/commands/guest-commands.ts'
import { whyNoAction } from '../state/action-words.ts'
import type { CommandBinding } from './binding.ts'

export const guestBindings: Readonly<Record<keyof typeof guestCommands, CommandBinding>> = {
  'guest.capture': {
    run: ({ actions }) => void actions.takeCapture(),
    whyNot: ({ connection, work }) => {
      if (connection.phase !== 'connected') return 'Connect to a guest first.'
      return work.phase === 'running' ? 'A capture is being taken or opened.' : null
    },
  },
  'kext.load': {
    run: ({ actions }) => actions.openSheet({ kind: 'load', bundlePath: null }),
    whyNot: ({ connection, host }) => whyNoAction(connection, host),
  },
}
