import type { PictureName } from '../../state/pictures-state.ts'

export const pictureWords: Readonly<Record<PictureName, string>> = {
  tree: 'Service tree',
  stack: 'Stack',
  kexts: 'Kext graph',
  map: 'Registry map',
  power: 'Power plane',
}
