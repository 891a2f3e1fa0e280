import { FileClock } from 'lucide-react'
import { useActions, useApp } from '../../state/app-context.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { nameIn } from '../../widgets/host-path.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './recent-files.module.css'

/** As many as there is room for below the targets. */
const mostShown = 6

/** Files that were opened before, the last one first. */
export function RecentFiles() {
  const actions = useActions()
  const files = useApp(state => state.preferences.recentFiles)
  if (files.length === 0) return null
  return (
    <div className={styles.recent}>
      <h2 className={styles.heading} id="recent-files">
        Recent files
      </h2>
      <ul aria-labelledby="recent-files">
        {files.slice(0, mostShown).map(file => (
          <li key={file.path}>
            <button
              type="button"
              className={styles.file}
              title={visibleText(`${file.path}\n${file.what}`)}
              onClick={() => void actions.openDump(file.path)}
            >
              <FileClock {...smallIconProps} />
              <span className={styles.name}>{visibleText(nameIn(file.path))}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
