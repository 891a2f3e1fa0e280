import { visibleText } from '../../widgets/visible-text.ts'
import type { ColourScale, Ink } from './colour-scale.ts'
import { drawMark, linkLook } from './draw-mark.ts'
import type { Drawn } from './drawn.ts'
import type { PictureAbout } from './picture-about.ts'
import { drawSheet, sheetOf } from './picture-sheet.ts'
import { wayTo, type LinkKind, type Scene } from './scene.ts'
import type { Theme } from './theme.ts'

export interface FileStyle {
  readonly theme: Theme
  readonly fonts: { readonly mono: string; readonly text: string }
}

/**
 * The scene as an SVG file that needs nothing else: colours of the theme it was saved in, fonts by name with what stands in
 * for them, every full name as text or in the title of its mark, and of which capture it is in its metadata.
 * Nothing of the guest gets into it but as escaped text.
 */
export function svgFile(
  scene: Scene,
  colours: ColourScale,
  selected: string | null,
  about: PictureAbout,
  { theme, fonts }: FileStyle,
): string {
  const sheet = sheetOf(scene, colours, about)
  const way = wayTo(scene, selected)
  const draw = (part: Drawn) => drawn(part, theme)
  const links = scene.links
    .toSorted((a, b) => Number(way.has(a.key)) - Number(way.has(b.key)))
    .map(link => {
      const kind = way.has(link.key) ? 'way' : link.kind
      const { stroke, width, dash } = linkLook(kind)
      return tag('path', {
        d: link.path,
        fill: 'none',
        stroke: theme(stroke),
        'stroke-width': width,
        'stroke-dasharray': dash,
        'marker-end': link.hasArrow ? `url(#arrow-${kind})` : null,
      })
    })
  const marks = scene.marks.map(mark => {
    const look = { slot: colours.slots[mark.colour] ?? null, isSelected: mark.key === selected }
    const told = [mark.label, ...mark.facts.map(([heading, value]) => `${heading}: ${value}`)]
    const title = `<title>${escaped(told.join('\n'))}</title>`
    const opacity = mark.isDim ? ' opacity="0.36"' : ''
    return `<g${opacity}>${title}${drawMark(mark, look).map(draw).join('')}</g>`
  })
  const { width, height, moveX, moveY } = sheet
  const kinds: readonly LinkKind[] = ['plain', 'way', 'further', 'broken']
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" xml:space="preserve" role="img" aria-labelledby="title">`,
    `<title id="title">${escaped(`${about.title}: ${about.source}`)}</title>`,
    `<metadata>${escaped(`${about.title}; ${about.source}; colours: ${colours.title}; made by Kextant`)}</metadata>`,
    `<style>text{white-space:pre}.m{font-family:${familyOf(fonts.mono)}}.t{font-family:${familyOf(fonts.text)}}</style>`,
    `<defs>${kinds.map(kind => arrow(kind, theme)).join('')}</defs>`,
    `<rect width="${width}" height="${height}" fill="${escaped(theme('bg'))}"/>`,
    ...drawSheet(sheet, colours).map(draw),
    `<g transform="translate(${num(moveX)},${num(moveY)})">`,
    ...links,
    ...marks,
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

function drawn(part: Drawn, theme: Theme): string {
  const ink = (name: Ink | null) => (name === null ? 'none' : theme(name))
  if (part.kind === 'text') {
    const attributes = {
      class: part.font === 'mono' ? 'm' : 't',
      x: part.x,
      y: part.y,
      'font-size': part.size,
      'font-weight': part.isBold ? 600 : null,
      'text-anchor': part.isEnd ? 'end' : null,
      'text-decoration': part.isStruck ? 'line-through' : null,
      fill: theme(part.ink),
    }
    return tag('text', attributes, escaped(part.text))
  }
  const paint = {
    fill: ink(part.fill),
    stroke: part.stroke === null ? null : theme(part.stroke),
    'stroke-width': part.stroke === null ? null : (part.strokeWidth ?? 1),
    'stroke-dasharray': part.dash ?? null,
  }
  if (part.kind === 'path') {
    const transform = `translate(${num(part.x)},${num(part.y)})${part.scale === 1 ? '' : ` scale(${part.scale})`}`
    return tag('path', { d: part.d, transform, ...paint })
  }
  const { x, y, width, height, radius } = part
  return tag('rect', { x, y, width, height, rx: radius, ...paint })
}

function arrow(kind: LinkKind, theme: Theme): string {
  const head = tag('path', { d: 'M0,.5 7.5,4 0,7.5Z', fill: theme(linkLook(kind).stroke) })
  return `<marker id="arrow-${kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">${head}</marker>`
}

function tag(
  name: string,
  attributes: Readonly<Record<string, string | number | null>>,
  content = '',
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? num(value) : escaped(value!)}"`)
  return content === ''
    ? `<${name}${written.join('')}/>`
    : `<${name}${written.join('')}>${content}</${name}>`
}

/** In a style element nothing may end it: names of fonts, commas, quotes and blanks only. */
function familyOf(fonts: string): string {
  return fonts.replace(/[^\w\s,'"-]/g, '').replace(/"/g, "'")
}

/** A tenth of a pixel is enough for anybody, and half the file. */
const num = (value: number) => String(Math.round(value * 10) / 10)

/** As text or in an attribute. Characters that XML cannot hold are shown by their pictures. */
export function escaped(text: string): string {
  return text
    .split('\n')
    .map(visibleText)
    .join('\n')
    .replace(
      /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g,
      '\ufffd',
    )
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
}
