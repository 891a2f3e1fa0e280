import type { ReactNode } from 'react'
import { colourScale } from '../../charts/frame/colour-by.ts'
import type { ColourScale } from '../../charts/frame/colour-scale.ts'
import type { FirstScale } from '../../charts/frame/first-view.ts'
import { PictureFrame, type PictureFrameProps } from '../../charts/frame/picture-frame.tsx'
import type { Mark, Scene } from '../../charts/frame/scene.ts'
import { refOfEntry } from '../../registry/selection.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { colourOf } from '../../state/pictures-state.ts'
import type { OpenCapture } from '../../state/app-state.ts'
import { ColourByMenu } from './colour-by-menu.tsx'
import { SavePicture } from './save-picture.tsx'

export interface PictureStageProps {
  readonly current: OpenCapture
  readonly scene: Scene
  /** The scene as it goes into a file: with all names in full. The one that is shown, unless given. */
  readonly forFile?: () => Scene
  /** Key of the mark of what is selected. */
  readonly selected: string | null
  readonly selectedRow?: string | null
  readonly shownAs: string
  readonly plane?: string
  /** Instead of the capture's own: of a picture whose marks are no entries. */
  readonly colours?: ColourScale
  readonly firstScale?: FirstScale
  readonly hits?: object | undefined
  readonly startAt?: string
  readonly tools?: ReactNode
  readonly empty?: { readonly title: string; readonly text: ReactNode }
  readonly onFold?: (mark: Mark) => void
  readonly onBack?: () => void
  /** Instead of selecting the entry or kext of the mark. */
  readonly onSelect?: (mark: Mark) => void
  /** Instead of showing the entry in the registry, the kext among the kexts. */
  readonly onOpen?: (mark: Mark) => void
  readonly onSize?: NonNullable<PictureFrameProps['onSize']>
  readonly onView?: NonNullable<PictureFrameProps['onView']>
}

/** A picture of the capture in its frame, with what all of them share: colours, table, files, selection. */
export function PictureStage(props: PictureStageProps) {
  const { current, scene, forFile, plane, colours: given, ...rest } = props
  const actions = useActions()
  const { isTable } = useApp(state => state.pictures)
  const colourBy = useApp(state => colourOf(state.pictures))
  const planeShown = useApp(state => state.plane)
  const colours = given ?? colourScale(current, colourBy)
  const refOf = (mark: Mark) =>
    mark.ref.kind === 'entry'
      ? refOfEntry(current.snapshot, mark.ref.entry, plane ?? planeShown)
      : null
  const select = (mark: Mark) => {
    const ref = refOf(mark)
    if (ref) actions.select(ref)
    else if (mark.ref.kind === 'kext') actions.selectKext(mark.ref.bundleIdentifier)
  }
  const open = (mark: Mark) => {
    const ref = refOf(mark)
    if (ref) actions.showEntry(ref)
    else if (mark.ref.kind === 'kext') {
      actions.selectKext(mark.ref.bundleIdentifier)
      actions.setView('kexts')
    }
  }
  return (
    <PictureFrame
      onSelect={select}
      onOpen={open}
      {...rest}
      scene={scene}
      colours={colours}
      isTable={isTable}
      onTable={isNow => actions.setPictures({ isTable: isNow })}
      actions={
        <>
          <ColourByMenu value={colourBy} />
          <SavePicture
            current={current}
            scene={forFile ?? (() => scene)}
            colours={colours}
            selected={props.selected}
          />
        </>
      }
    />
  )
}
