import { LocateFixed, Scan, Table, ZoomIn, ZoomOut } from 'lucide-react'
import type { ReactNode, RefObject } from 'react'
import { IconButton } from '../../widgets/button.tsx'
import { iconProps } from '../../widgets/icons.ts'
import { Toolbar } from '../../widgets/toolbar.tsx'
import type { ZoomView } from '../use-zoom.ts'
import styles from './picture-frame.module.css'
import type { Scene } from './scene.ts'

export interface FrameToolsProps {
  readonly scene: Scene
  /** null where there is nothing to zoom. */
  readonly zoom: RefObject<ZoomView | null> | null
  /** Undefined where the selected one is not in the picture. */
  readonly onSelected?: (() => void) | undefined
  readonly isTable: boolean
  readonly onTable: (isTable: boolean) => void
  readonly tools?: ReactNode
  readonly actions?: ReactNode
}

export function FrameTools(props: FrameToolsProps) {
  const { scene, zoom, onSelected, isTable, onTable, tools, actions } = props
  return (
    <Toolbar role="toolbar" aria-label={`${scene.title}: tools`}>
      {tools}
      <div className={styles.spring} />
      <div className={styles.group}>{actions}</div>
      <div className={styles.group}>
        {zoom && (
          <>
            <IconButton
              label="Zoom out (−)"
              icon={<ZoomOut {...iconProps} />}
              onClick={() => zoom.current?.zoomBy(0.8)}
            />
            <IconButton
              label="Zoom in (+)"
              icon={<ZoomIn {...iconProps} />}
              onClick={() => zoom.current?.zoomBy(1.25)}
            />
            <IconButton
              label="Fit the whole picture (0)"
              icon={<Scan {...iconProps} />}
              onClick={() => zoom.current?.fit(scene.bounds)}
            />
            <IconButton
              label={onSelected ? 'Go to the selected one' : 'The selected one is not drawn here'}
              aria-disabled={onSelected ? undefined : true}
              icon={<LocateFixed {...iconProps} />}
              onClick={onSelected}
            />
          </>
        )}
        <IconButton
          label={isTable ? 'Show as a picture' : 'Show as a table'}
          isPressed={isTable}
          icon={<Table {...iconProps} />}
          onClick={() => onTable(!isTable)}
        />
      </div>
    </Toolbar>
  )
}
