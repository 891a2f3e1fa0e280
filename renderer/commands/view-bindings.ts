import type { viewCommands } from '../../core/commands/view-commands.ts'
import type { ViewName } from '../state/app-state.ts'
import type { CommandBinding } from './binding.ts'
import { focusFilter } from './focus-filter.ts'

const shows = (view: ViewName): CommandBinding => ({ run: ({ actions }) => actions.setView(view) })

export const viewBindings: Readonly<Record<keyof typeof viewCommands, CommandBinding>> = {
  'view.registry': shows('registry'),
  'view.pictures': shows('pictures'),
  'view.changes': shows('changes'),
  'view.kexts': shows('kexts'),
  'view.history': shows('history'),
  'view.project': shows('project'),
  'view.log': {
    run: ({ store, actions }) =>
      actions.setLayout({ isLogOpen: !store.getState().layout.isLogOpen }),
  },
  'filter.focus': { run: focusFilter },
}
