import type { ColourScale } from './colour-scale.ts'
import { paintParts, paintScene } from './paint-scene.ts'
import type { PictureAbout } from './picture-about.ts'
import { drawSheet, sheetOf } from './picture-sheet.ts'
import { wayTo, type Scene } from './scene.ts'
import type { FileStyle } from './svg-file.ts'

/** What a browser paints at most, with room to spare; and what a viewer opens without trouble. */
const longestEdge = 16_000
const mostPixels = 64_000_000

/** Twice as many pixels as on the screen, fewer where the picture would be too large for a file. */
export function pngScale(width: number, height: number): number {
  return Math.min(
    2,
    longestEdge / Math.max(width, height),
    Math.sqrt(mostPixels / (width * height)),
  )
}

/** Painted from the scene itself, not from the page: all of it, with its title and its legend. */
export async function pngFile(
  scene: Scene,
  colours: ColourScale,
  selected: string | null,
  about: PictureAbout,
  { theme, fonts }: FileStyle,
): Promise<Uint8Array<ArrayBuffer>> {
  await document.fonts.ready
  const sheet = sheetOf(scene, colours, about)
  const { width, height, moveX, moveY } = sheet
  const scale = pngScale(width, height)
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.floor(width * scale))
  canvas.height = Math.max(1, Math.floor(height * scale))
  const context = canvas.getContext('2d')!
  context.scale(scale, scale)
  context.fillStyle = theme('bg')
  context.fillRect(0, 0, width, height)
  const way = wayTo(scene, selected)
  const painting = { scene, colours, theme, fonts, selected, only: null, way, isWhole: true }
  paintScene(context, painting, { x: moveX, y: moveY, k: 1 }, { width, height })
  paintParts(context, drawSheet(sheet, colours), painting)
  const blob = await new Promise<Blob | null>(done => canvas.toBlob(done, 'image/png'))
  if (!blob) throw new Error('the browser made no PNG of the picture')
  return new Uint8Array(await blob.arrayBuffer())
}
