import type { LeakReport } from '../../core/leaks/leak-report.ts'
import { DataTable } from '../widgets/data-table.tsx'
import { Mono } from '../widgets/mono.tsx'
import type { LeakSeries } from './leak-chart-layout.ts'
import styles from './leak-chart.module.css'

export interface LeakTableProps {
  readonly report: LeakReport
  readonly classes: readonly LeakSeries[]
  readonly allocations: readonly LeakSeries[]
}

/** A row for each cycle: the same as the pictures, to the number. */
export function LeakTable({ report, classes, allocations }: LeakTableProps) {
  return (
    <div className={styles.scroll} tabIndex={0} role="group" aria-label="Table of the cycles">
      <DataTable
        isNumeric
        label="Counts after each cycle"
        columns={[
          'Cycle',
          'Load',
          'Unload',
          ...[...classes, ...allocations].map(({ name }) => <Mono key={name}>{name}</Mono>),
        ]}
      >
        {[null, ...report.cycles].map((cycle, index) => (
          <tr key={index}>
            <th scope="row">{cycle === null ? 'before' : cycle.cycle}</th>
            <td>{msText(cycle?.loadMs)}</td>
            <td>{msText(cycle?.unloadMs)}</td>
            {classes.map(({ name, values, loaded, growth }) => (
              <td key={name}>
                {values[index] ?? '–'}
                {loaded[index] != null && (
                  <span className={styles.words}>{` (${loaded[index]} loaded)`}</span>
                )}
                {growth !== null && growth.cycle === index && <strong> first growth</strong>}
              </td>
            ))}
            {allocations.map(({ name, values, growth }) => (
              <td key={name}>
                {values[index]?.toLocaleString('en-US') ?? '–'}
                {growth !== null && growth.cycle === index && <strong> first growth</strong>}
              </td>
            ))}
          </tr>
        ))}
      </DataTable>
    </div>
  )
}

function msText(ms: number | null | undefined): string {
  return ms == null ? '–' : `${Math.round(ms).toLocaleString('en-US')} ms`
}
