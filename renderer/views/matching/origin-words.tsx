import { assertNever } from '../../../core/failure.ts'
import type { CatalogueItem, PersonalityOrigin } from '../../../core/matching/catalogue-item.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { whatIfOf } from '../../matching/what-if.ts'
import { useApp } from '../../state/app-context.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { EntryLink } from './entry-link.tsx'
import styles from './matching.module.css'

export interface OriginWordsProps {
  readonly item: Pick<CatalogueItem, 'origin' | 'alsoFrom' | 'name'>
  readonly snapshot: Snapshot
}

/** Where a personality is known from. */
export function OriginWords({ item, snapshot }: OriginWordsProps) {
  return (
    <>
      <Origin origin={item.origin} name={item.name} snapshot={snapshot} />
      {item.alsoFrom.length > 0 && (
        <>
          {'; the same: '}
          {item.alsoFrom.slice(0, 3).map((origin, index) => (
            <span key={index}>
              {index > 0 && ', '}
              <Origin origin={origin} name={item.name} snapshot={snapshot} />
            </span>
          ))}
          {item.alsoFrom.length > 3 && `, and ${item.alsoFrom.length - 3} more`}
        </>
      )}
    </>
  )
}

/** Breaks anywhere, so that it begins on the line of the words before it. */
function Path({ children }: { readonly children: string }) {
  return <span className={styles.path}>{visibleText(children)}</span>
}

function Origin({
  origin,
  name,
  snapshot,
}: {
  readonly origin: PersonalityOrigin
  readonly name: string
  readonly snapshot: Snapshot
}) {
  const whatIf = useApp(state => state.whatIf)
  switch (origin.kind) {
    case 'installed':
      return (
        <>
          from <Path>{origin.kextPath}</Path>
        </>
      )
    case 'instance':
      return (
        <>
          put together from the properties of <EntryLink snapshot={snapshot} entry={origin.entry} />
        </>
      )
    case 'boot-cache':
      return (
        <>
          from the boot-time cache <Path>{origin.path}</Path>
        </>
      )
    case 'what-if': {
      const item = whatIfOf(whatIf, { origin, name })
      const path = item?.bundle.path
      if (item?.original) return <>what-if: an edit{path ? ` of ${visibleText(path)}` : ''}</>
      return <>what-if{path ? `: from ${visibleText(path)}` : ''}, which the guest does not know</>
    }
    default:
      return assertNever(origin)
  }
}
