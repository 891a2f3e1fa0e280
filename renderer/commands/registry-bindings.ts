import type { registryCommands } from '../../core/commands/registry-commands.ts'
import { planeNamed } from '../../core/registry/lookup.ts'
import type { NodeIndex } from '../../core/registry/snapshot.ts'
import type { CopyForm } from '../registry/copy-text.ts'
import { findNode } from '../registry/selection.ts'
import type { App } from '../state/app-context.tsx'
import type { AppState } from '../state/app-state.ts'
import { isColumns } from '../state/navigation-actions.ts'
import type { CommandBinding } from './binding.ts'

const noCapture = 'Take a capture or open a file first.'
const needsCapture = ({ current }: AppState) => (current ? null : noCapture)

/** Does something at the selected node; cannot where there is none in the plane that is shown. */
const atNode = (run: (app: App, node: NodeIndex) => void): CommandBinding => ({
  run: app => {
    const node = selectedNode(app.store.getState())
    if (node !== -1) run(app, node)
  },
  whyNot: state =>
    needsCapture(state) ??
    (selectedNode(state) === -1 ? 'Select an entry of this plane first.' : null),
})

const level = (levels: number): CommandBinding => ({
  run: ({ actions }) => actions.openToLevel(levels),
  whyNot: needsCapture,
})
const copy = (form: CopyForm, withBelow: boolean): CommandBinding =>
  atNode(({ actions }) => void actions.copyEntries(form, withBelow))

/** The rows hear these keys themselves while they have the focus. */
const inRows: CommandBinding = {
  run: () => undefined,
  whyNot: () => 'Press its keys while the tree or a column has the focus.',
}

export const registryBindings: Readonly<Record<keyof typeof registryCommands, CommandBinding>> = {
  'registry.columns': {
    run: ({ store, actions }) => actions.setColumns(!isColumns(store.getState())),
    whyNot: needsCapture,
  },
  'registry.expandAll': atNode(({ actions }, node) => actions.openAllBelow(node, true)),
  'registry.collapseOthers': atNode(({ actions }, node) => actions.closeOthers(node)),
  'registry.level1': level(1),
  'registry.level2': level(2),
  'registry.level3': level(3),
  'registry.level4': level(4),
  'registry.level5': level(5),
  'registry.scope': atNode(({ store, actions }) => actions.setScope(store.getState().selected)),
  'registry.widenScope': {
    run: ({ actions }) => actions.widenScope(),
    whyNot: needsScope,
  },
  'registry.showAll': { run: ({ actions }) => actions.setScope(null), whyNot: needsScope },
  'registry.selectAll': { run: ({ actions }) => actions.chooseAll(), whyNot: needsCapture },
  'registry.extend': inRows,
  'registry.keep': inRows,
  'registry.also': inRows,
  'registry.copyPath': copy('path', false),
  'registry.copyJson': copy('json', false),
  'registry.copyPlist': copy('plist', false),
  'registry.copyText': copy('text', false),
  'registry.copyJsonBelow': copy('json', true),
  'registry.copyPlistBelow': copy('plist', true),
  'registry.copyTextBelow': copy('text', true),
}

function needsScope({ navigation }: AppState): string | null {
  return navigation.scope ? null : 'The whole plane is shown.'
}

function selectedNode({ current, selected, plane }: AppState): NodeIndex {
  const table = current && planeNamed(current.snapshot, plane)
  return table && selected ? findNode(current.snapshot, table, selected) : -1
}
