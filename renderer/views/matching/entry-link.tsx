import type { EntryIndex, Snapshot } from '../../../core/registry/snapshot.ts'
import { entryId } from '../../registry/columns.ts'
import { entryLabel, entryName } from '../../registry/entry-facts.ts'
import { refOfEntry } from '../../registry/selection.ts'
import { useActions } from '../../state/app-context.tsx'
import { LinkButton } from '../../widgets/button.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { visibleText } from '../../widgets/visible-text.ts'

export interface EntryLinkProps {
  readonly snapshot: Snapshot
  readonly entry: EntryIndex
  /** With its class and ID in the tooltip alone, or beside it. */
  readonly hasId?: boolean
}

/** An entry by its name; leads to it in the tree, and its Matching tab stays open. */
export function EntryLink({ snapshot, entry, hasId = false }: EntryLinkProps) {
  const actions = useActions()
  const { className } = entryName(snapshot, entry)
  const name = entryLabel(snapshot, entry)
  const id = entryId(snapshot, entry)
  const about = [className ?? 'class unknown', id].filter(part => part !== null).join(', ')
  return (
    <LinkButton
      title={visibleText(`${name} (${about})`)}
      onClick={() => actions.showEntry(refOfEntry(snapshot, entry, 'IOService'))}
    >
      {visibleText(hasId && id !== null ? `${name} ${id}` : name)}
    </LinkButton>
  )
}

/** Its class beside its link, where the name is another. */
export function EntryClass({ snapshot, entry }: Pick<EntryLinkProps, 'snapshot' | 'entry'>) {
  const { name, className } = entryName(snapshot, entry)
  if (className === null || className === name) return null
  return (
    <Mono isSoft isClipped>
      {className}
    </Mono>
  )
}
