import type { CommandId } from '../../../core/commands/commands.ts'
import { commandRow } from '../../../core/commands/commands.ts'
import { nodesOf } from '../../../core/registry/lookup.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { bindings } from '../../commands/bindings.ts'
import { keysOf } from '../../commands/command-button.tsx'
import { bookmarkOf } from '../../registry/bookmarks.ts'
import { copyForms } from '../../registry/copy-text.ts'
import { planesWith } from '../../registry/same-entry.ts'
import { hasClients, type TreeRows } from '../../registry/tree-rows.ts'
import { useActions, useApp, useAppHandle } from '../../state/app-context.tsx'
import { FilterForSubmenus } from '../filter/filter-for-entry.tsx'
import { ContextItem, ContextSeparator, ContextSubmenu } from '../../widgets/context-menu.tsx'

export interface TreeMenuProps {
  readonly snapshot: Snapshot
  readonly rows: TreeRows
  /** The selected node, -1 for none. */
  readonly node: number
}

const levels = [1, 2, 3, 4, 5] as const

/** What can be done with a row, or with all that are selected. */
export function TreeMenu({ snapshot, rows, node }: TreeMenuProps) {
  const actions = useActions()
  const count = useApp(state => state.navigation.chosen?.count ?? 1)
  const bookmarks = useApp(state => state.preferences.bookmarks)
  if (node === -1)
    return (
      <ContextItem isDisabled onSelect={() => undefined}>
        Select an entry first.
      </ContextItem>
    )
  const { plane } = rows
  const entry = plane.entry[node]!
  const isParent = hasClients(rows, node)
  const others = planesWith(snapshot, entry).filter(each => each !== plane)
  const isBookmarked = bookmarkOf(snapshot, bookmarks, entry) !== null
  return (
    <>
      <CommandItem command="registry.expandAll" isDisabled={!isParent} />
      <CommandItem command="registry.collapseOthers" />
      <ContextSubmenu text="Expand to level">
        {levels.map(level => (
          <ContextItem key={level} onSelect={() => actions.openToLevel(level)}>
            Level {level}
          </ContextItem>
        ))}
      </ContextSubmenu>
      <ContextSeparator />
      <CommandItem command="registry.scope" isDisabled={!isParent} />
      {rows.top !== -1 && <CommandItem command="registry.showAll" />}
      <CommandItem
        command="go.setBookmark"
        text={isBookmarked ? 'Remove the bookmark' : 'Set a bookmark'}
      />
      {others.length > 0 && (
        <ContextSubmenu text="Same entry in">
          {others.map(each => (
            <ContextItem
              key={each.plane}
              onSelect={() => actions.showPlace(each, nodesOf(snapshot, each, entry)[0]!)}
            >
              {each.plane}
            </ContextItem>
          ))}
        </ContextSubmenu>
      )}
      {nodesOf(snapshot, plane, entry).length > 1 && (
        <CommandItem command="go.nextPlace" text="Same entry, next provider" />
      )}
      <ContextSeparator />
      <FilterForSubmenus snapshot={snapshot} plane={plane} node={node} />
      <ContextSeparator />
      <CommandItem
        command="registry.copyPath"
        text={count > 1 ? `Copy ${count.toLocaleString('en-US')} paths` : 'Copy path'}
      />
      <CopyMenu text={count > 1 ? 'Copy entries as' : 'Copy as'} withBelow={false} />
      <CopyMenu text="Copy with all below as" withBelow />
    </>
  )
}

function CopyMenu({ text, withBelow }: { readonly text: string; readonly withBelow: boolean }) {
  const actions = useActions()
  const forms = withBelow ? (['path', ...dataForms] as const) : dataForms
  return (
    <ContextSubmenu text={text}>
      {forms.map(form => (
        <ContextItem key={form} onSelect={() => void actions.copyEntries(form, withBelow)}>
          {form === 'path' ? 'Paths' : copyForms[form].title}
        </ContextItem>
      ))}
    </ContextSubmenu>
  )
}
const dataForms = ['json', 'plist', 'text'] as const

interface CommandItemProps {
  readonly command: CommandId
  readonly text?: string
  readonly isDisabled?: boolean
}

function CommandItem({ command, text, isDisabled = false }: CommandItemProps) {
  const app = useAppHandle()
  const { run, whyNot } = bindings[command]
  const isBarred = useApp(state => (whyNot?.(state) ?? null) !== null)
  return (
    <ContextItem
      keys={keysOf(command)}
      isDisabled={isDisabled || isBarred}
      onSelect={() => run(app)}
    >
      {text ?? commandRow(command).title}
    </ContextItem>
  )
}
