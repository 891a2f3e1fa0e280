import type { Ink } from './colour-scale.ts'

/** A colour as CSS writes it, by its token. */
export type Theme = (ink: Ink) => string

/** The window's colours as they are now: of the theme, of forced colours. Asked once for each. */
export function themeOf(element: Element): Theme {
  const style = getComputedStyle(element)
  const colours = new Map<Ink, string>()
  return ink => {
    let colour = colours.get(ink)
    if (colour === undefined) {
      colour = style.getPropertyValue(`--${ink}`).trim() || 'currentColor'
      colours.set(ink, colour)
    }
    return colour
  }
}

/** The window's fonts, with what stands in for them. */
export function fontsOf(element: Element): { readonly mono: string; readonly text: string } {
  const style = getComputedStyle(element)
  return {
    mono: style.getPropertyValue('--font-mono').trim() || 'monospace',
    text: style.getPropertyValue('--font-text').trim() || 'sans-serif',
  }
}
