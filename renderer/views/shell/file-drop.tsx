import { FileInput } from 'lucide-react'
import { useEffect, useState } from 'react'
import { isInfoPlist, type DroppedEntry } from '../../matching/dropped-bundles.ts'
import type { DroppedBundle } from '../../state/matching-actions.ts'
import { useActions } from '../../state/app-context.tsx'
import { iconProps } from '../../widgets/icons.ts'
import styles from './file-drop.module.css'

/** The whole window takes dumps and kexts that are dropped on it, and says so while one is held over it. */
export function FileDrop() {
  const actions = useActions()
  const [isOver, setOver] = useState(false)

  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!holdsFiles(event)) return
      // Without this the browser would show the file in the place of the page.
      event.preventDefault()
      event.dataTransfer!.dropEffect = 'copy'
      setOver(true)
    }
    const leave = (event: DragEvent) => {
      // Moving from one element to the next leaves one too, but not the window.
      if (event.relatedTarget === null) setOver(false)
    }
    const drop = (event: DragEvent) => {
      setOver(false)
      if (!holdsFiles(event)) return
      event.preventDefault()
      const { bundles, files } = droppedItems(event.dataTransfer!)
      if (files.length > 0) void actions.openFiles(files)
      if (bundles.length > 0) void actions.dropWhatIf(bundles)
    }
    window.addEventListener('dragover', over)
    window.addEventListener('dragleave', leave)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('dragover', over)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('drop', drop)
    }
  }, [actions])

  if (!isOver) return null
  return (
    <div className={styles.cover}>
      <div className={styles.sign} role="status">
        <FileInput {...iconProps} />
        Drop a registry dump or a saved capture to open it, a kext or an Info.plist to try it as
        what-if
      </div>
    </div>
  )
}

/** Folders and Info.plists are tried as what-if; every other file may be a dump. */
function droppedItems(transfer: DataTransfer): {
  readonly bundles: readonly DroppedBundle[]
  readonly files: readonly File[]
} {
  const bundles: DroppedBundle[] = []
  const files: File[] = []
  for (const item of transfer.items) {
    const file = item.kind === 'file' ? item.getAsFile() : null
    if (!file) continue
    // The entry can be asked for during the event alone.
    const entry = item.webkitGetAsEntry() as DroppedEntry | null
    if (entry?.isDirectory || isInfoPlist(file.name)) bundles.push({ file, entry })
    else files.push(file)
  }
  return { bundles, files }
}

function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false
}
