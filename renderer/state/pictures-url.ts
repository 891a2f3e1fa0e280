import {
  readKextGraph,
  readRegistryMap,
  writeKextGraph,
  writeRegistryMap,
} from './more-pictures-url.ts'
import {
  colourings,
  initialPictures,
  pictureNames,
  type ColourBy,
  type PictureName,
  type PicturesState,
} from './pictures-state.ts'

/** `show=power&colour=kext&as=table&grow=down`: only what is not as at first. */
export function writePictures(query: URLSearchParams, pictures: PicturesState): void {
  const { picture, colourBy, isTable, direction } = pictures
  if (picture !== initialPictures.picture) query.set('show', picture)
  if (colourBy !== null) query.set('colour', colourBy)
  if (isTable) query.set('as', 'table')
  if (direction !== initialPictures.direction) query.set('grow', direction)
  writeKextGraph(query, pictures.kextGraph)
  writeRegistryMap(query, pictures.registryMap)
}

/** Whatever of it makes sense. */
export function readPictures(query: URLSearchParams): PicturesState {
  const [picture, colourBy] = [query.get('show'), query.get('colour')]
  return {
    ...initialPictures,
    ...(pictureNames.includes(picture as PictureName) ? { picture: picture as PictureName } : {}),
    ...(colourings.includes(colourBy as ColourBy) ? { colourBy: colourBy as ColourBy } : {}),
    isTable: query.get('as') === 'table',
    direction: query.get('grow') === 'down' ? 'down' : 'right',
    kextGraph: readKextGraph(query),
    registryMap: readRegistryMap(query),
  }
}
