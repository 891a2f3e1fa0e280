import type { fileCommands } from '../../core/commands/file-commands.ts'
import type { CommandBinding } from './binding.ts'

export const fileBindings: Readonly<Record<keyof typeof fileCommands, CommandBinding>> = {
  'file.open': { run: ({ actions }) => actions.showFileDialog('open') },
  'file.save': {
    run: ({ actions }) => actions.askToSave(true),
    whyNot: ({ current }) => (current ? null : 'There is no capture to save.'),
  },
  'file.share': {
    run: ({ actions }) => actions.showFileDialog('redact'),
    whyNot: ({ current }) => (current ? null : 'There is no capture to share.'),
  },
  'file.report': {
    run: ({ actions }) => actions.showFileDialog('report'),
    whyNot: ({ current }) => (current ? null : 'There is no capture to report on.'),
  },
  'file.about': {
    run: ({ actions }) => actions.showFileDialog('about'),
    whyNot: ({ current }) => (current ? null : 'There is no capture to tell about.'),
  },
}
