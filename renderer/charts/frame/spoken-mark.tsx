import { aloud } from '../../widgets/aloud.ts'
import { Spoken } from '../../widgets/spoken.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import type { Mark, Scene } from './scene.ts'

export interface SpokenMarkProps {
  readonly id: string
  readonly scene: Scene
  readonly mark: Mark
  readonly place: number
  readonly selected: string | null
}

/**
 * The mark that has the focus, for a screen reader. A canvas has no elements, and SVG ones are read badly, so it is the
 * only one that is told; it says its place among all.
 */
export function SpokenMark({ id, scene, mark, place, selected }: SpokenMarkProps) {
  const said = {
    id,
    'aria-selected': mark.key === selected,
    'aria-posinset': place + 1,
    'aria-setsize': scene.marks.length,
  }
  const text = aloud(visibleText(mark.sentence))
  return scene.isTree ? (
    <Spoken
      {...said}
      role="treeitem"
      aria-level={mark.level ?? 1}
      aria-expanded={mark.fold ? mark.fold.isOpen : undefined}
    >
      {text}
    </Spoken>
  ) : (
    <Spoken {...said} role="option">
      {text}
    </Spoken>
  )
}
