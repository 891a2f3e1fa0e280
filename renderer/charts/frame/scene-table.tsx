import { visibleText } from '../../widgets/visible-text.ts'
import { VirtualTable } from '../../widgets/virtual-table.tsx'
import type { Scene } from './scene.ts'
import styles from './picture-frame.module.css'

export interface SceneTableViewProps {
  readonly scene: Scene
  /** Key of a mark. */
  readonly selected: string | null
  readonly onSelect: (key: string) => void
  readonly onOpen: (key: string) => void
}

/** The picture as words, with the same selection. */
export function SceneTableView({ scene, selected, onSelect, onOpen }: SceneTableViewProps) {
  const { columns, rows } = scene.table
  return (
    <div className={styles.table}>
      <VirtualTable
        label={`${scene.title} as a table`}
        columns={columns.map(({ title, track, isNumeric }, n) => ({
          key: String(n),
          title,
          track,
          ...(isNumeric ? { isNumeric } : {}),
        }))}
        count={rows.length}
        renderCell={(row, column) => (
          <span className={styles.cell}>{visibleText(rows[row]?.cells[Number(column)] ?? '')}</span>
        )}
        selected={rows.findIndex(({ key }) => key === selected)}
        onSelect={row => onSelect(rows[row]!.key)}
        onOpen={row => onOpen(rows[row]!.key)}
      />
    </div>
  )
}
