import { FileInput } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useActions } from '../../state/app-context.tsx'
import { iconProps } from '../../widgets/icons.ts'
import styles from './file-drop.module.css'

/** The whole window takes dumps that are dropped on it, and says so while one is held over it. */
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
      void actions.openFiles([...event.dataTransfer!.files])
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
        Drop a registry dump or a saved capture to open it
      </div>
    </div>
  )
}

function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false
}
