import { useState } from 'react'
import type { ColourScale } from '../../charts/frame/colour-scale.ts'
import { pictureAbout, pictureFileName } from '../../charts/frame/picture-about.ts'
import { pngFile } from '../../charts/frame/png-file.ts'
import type { Scene } from '../../charts/frame/scene.ts'
import { svgFile } from '../../charts/frame/svg-file.ts'
import { fontsOf, themeOf } from '../../charts/frame/theme.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { OpenCapture } from '../../state/app-state.ts'
import { separatorOf } from '../../widgets/host-path.ts'
import { sizeText } from '../action/quantities.ts'
import { SaveFileDialog } from '../connect/save-file-dialog.tsx'

export interface SavePictureDialogProps {
  readonly current: OpenCapture
  readonly format: 'svg' | 'png'
  /** As it goes into a file: nothing is cut. */
  readonly scene: () => Scene
  readonly colours: ColourScale
  readonly selected: string | null
}

/** Where to save the picture that is shown. */
export function SavePictureDialog(props: SavePictureDialogProps) {
  const { current, format, colours, selected } = props
  const actions = useActions()
  // What the user saw when he asked: another capture may come meanwhile.
  const [scene] = useState(props.scene)
  const [about] = useState(() => pictureAbout(current, scene.title))
  return (
    <SaveFileDialog
      title={format === 'svg' ? 'Save the picture as SVG' : 'Save the picture as PNG'}
      ending={`.${format}`}
      firstName={`${pictureFileName(about)}.${format}`}
      firstFolder={useApp(state => state.saveFolder)}
      save={async (path, overwrite, signal) => {
        const style = {
          theme: themeOf(document.documentElement),
          fonts: fontsOf(document.documentElement),
        }
        const bytes =
          format === 'svg'
            ? new TextEncoder().encode(svgFile(scene, colours, selected, about, style))
            : await pngFile(scene, colours, selected, about, style)
        const saved = await actions.savePicture({ path, format, bytes, overwrite }, signal)
        actions.rememberSaveFolder(folderOf(saved.path))
        return saved
      }}
      lost="The picture in it will be gone."
      savedTitle="Picture saved"
      savedText={({ bytes }) =>
        format === 'svg'
          ? `All of it, with every name in full (${sizeText(bytes)}). The names can be searched and copied in a browser.`
          : `All of it, with every name in full (${sizeText(bytes)}).`
      }
      onClose={() => actions.setPictures({ saving: null })}
    />
  )
}

function folderOf(path: string): string {
  const end = path.lastIndexOf(separatorOf(path))
  return end <= 0 ? path.slice(0, 1) : path.slice(0, end)
}
