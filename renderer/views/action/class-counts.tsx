import type { ReactNode } from 'react'
import type { VerifyReport } from '../../../core/verify/report.ts'
import { DataTable } from '../../widgets/data-table.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { StateMark } from '../../widgets/state-mark.tsx'
import styles from './class-counts.module.css'

/** What `ioclasscount` says of before and after, beside what the registry shows. */
export function ClassCounts({ report }: { readonly report: VerifyReport }) {
  const { classCounts } = report
  // Counts were read when any is there; a class without one belongs to a kext that was not loaded then.
  const wasCounted = classCounts.some(({ before, after }) => before !== null || after !== null)
  const isNeverLoaded = !report.kext.isLoaded && !report.kext.wasLoadedBefore
  const noCount = wasCounted || isNeverLoaded ? notListed : unknown
  return (
    <DataTable
      isNumeric
      label="Instances per class (ioclasscount)"
      columns={['Class', 'Before', 'After', 'Change', 'In the registry', 'Left over']}
    >
      {classCounts.map(({ className, before, after, live, excess }) => (
        <tr key={className}>
          <th scope="row">
            <Mono>{className}</Mono>
          </th>
          <td>{before ?? noCount}</td>
          <td>{after ?? noCount}</td>
          <td>{changeOf(before, after, noCount)}</td>
          <td>{live ?? unknown}</td>
          <td>{excess === null ? noCount : excess > 0 ? <Leak count={excess} /> : 'none'}</td>
        </tr>
      ))}
    </DataTable>
  )
}

const notListed = (
  <span
    className={styles.unknown}
    title="ioclasscount does not list the class: its kext is not loaded"
    role="img"
    aria-label="not listed"
  >
    –
  </span>
)
const unknown = <span className={styles.unknown}>not known</span>

/** Objects that the registry does not account for: most often a missing release(). */
function Leak({ count }: { readonly count: number }) {
  return <StateMark tone="warn">{count}</StateMark>
}

/** A class that was not listed had no instance: its kext brings it along. */
function changeOf(before: number | null, after: number | null, noCount: ReactNode): ReactNode {
  if (before === null && after === null) return noCount
  return signed((after ?? 0) - (before ?? 0))
}

function signed(change: number): string {
  return change === 0 ? '0' : change > 0 ? `+${change}` : `−${-change}`
}
