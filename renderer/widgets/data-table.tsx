import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import styles from './data-table.module.css'

export interface DataTableProps {
  /** Its name; the title that stands above it is enough for the eye. */
  readonly label: string
  readonly columns: readonly ReactNode[]
  /** All but the first column are numbers. */
  readonly isNumeric?: boolean
  /** Rows, each with its name in a `th` of the scope `row`. */
  readonly children: ReactNode
}

/** A small table inside a report: all of it is there to read. */
export function DataTable({ label, columns, isNumeric = false, children }: DataTableProps) {
  return (
    <table className={classNames(styles.table, isNumeric && styles.numbers)} aria-label={label}>
      <thead>
        <tr>
          {columns.map((title, index) => (
            <th key={index} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  )
}
