import type { pictureCommands } from '../../core/commands/picture-commands.ts'
import type { AppState } from '../state/app-state.ts'
import { colourings, colourOf, type PictureName } from '../state/pictures-state.ts'
import type { CommandBinding } from './binding.ts'

const needsCapture = ({ current }: AppState) =>
  current ? null : 'Take a capture or open a file first.'
const needsPicture = (state: AppState) =>
  needsCapture(state) ?? (state.view === 'pictures' ? null : 'Show a picture first.')

const shows = (picture: PictureName): CommandBinding => ({
  run: ({ actions }) => actions.showPicture(picture),
  whyNot: needsCapture,
})
const saves = (saving: 'svg' | 'png'): CommandBinding => ({
  run: ({ actions }) => actions.setPictures({ saving }),
  whyNot: needsPicture,
})
/** The frame hears its own keys while it has the focus. */
const inFrame: CommandBinding = {
  run: () => undefined,
  whyNot: () => 'Press its key while the picture has the focus.',
}

export const pictureBindings: Readonly<Record<keyof typeof pictureCommands, CommandBinding>> = {
  'picture.tree': shows('tree'),
  'picture.stack': shows('stack'),
  'picture.kexts': shows('kexts'),
  'picture.map': shows('map'),
  'picture.power': shows('power'),
  'picture.table': {
    run: ({ store, actions }) =>
      actions.setPictures({ isTable: !store.getState().pictures.isTable }),
    whyNot: needsPicture,
  },
  'picture.colour': {
    run: ({ store, actions }) => {
      const now = colourings.indexOf(colourOf(store.getState().pictures))
      actions.setPictures({ colourBy: colourings[(now + 1) % colourings.length]! })
    },
    whyNot: needsPicture,
  },
  'picture.saveSvg': saves('svg'),
  'picture.savePng': saves('png'),
  'picture.zoomIn': inFrame,
  'picture.zoomOut': inFrame,
  'picture.fit': inFrame,
  'picture.fold': inFrame,
}
