import type { CommandRow } from './command-row.ts'

export const pictureCommands = {
  'picture.tree': { title: 'Picture: service tree', menu: 'View' },
  'picture.stack': { title: 'Picture: stack of the selected service', menu: 'View' },
  'picture.kexts': { title: 'Picture: kext graph', menu: 'View' },
  'picture.map': { title: 'Picture: registry map', menu: 'View' },
  'picture.power': { title: 'Picture: power plane', menu: 'View' },
  'picture.table': { title: 'Picture as a table, and back', menu: 'View', keys: 'Alt+T' },
  'picture.colour': { title: 'Colour the picture by something else', menu: 'View', keys: 'Alt+C' },
  'picture.saveSvg': { title: 'Save the picture as SVG…', menu: 'File' },
  'picture.savePng': { title: 'Save the picture as PNG…', menu: 'File' },
  'picture.zoomIn': {
    title: 'Zoom the picture in',
    menu: 'View',
    keys: '+',
    keysWork: 'in a picture',
  },
  'picture.zoomOut': {
    title: 'Zoom the picture out',
    menu: 'View',
    keys: '-',
    keysWork: 'in a picture',
  },
  'picture.fit': {
    title: 'Fit the whole picture',
    menu: 'View',
    keys: '0',
    keysWork: 'in a picture',
  },
  'picture.fold': {
    title: 'Fold or unfold what has the focus in the picture',
    menu: 'View',
    keys: 'Space',
    keysWork: 'in a picture',
  },
} as const satisfies Record<string, CommandRow>
