/** The two families of the window; layouts and exports count with the same ones. */
export type PictureFont = 'mono' | 'text'

/** Of every letter of JetBrains Mono, in parts of the size. */
const monoAdvance = 0.6

/**
 * How wide a text is, in pixels, without asking a browser: a layout stays pure, and an export made elsewhere breaks its
 * names at the same place. Exact for the mono font; for the other one never too little for Latin text.
 */
export function textWidth(text: string, font: PictureFont, size: number): number {
  const advances = advancesOf[font]
  let units = 0
  // A layout asks for thousands of names at once: letters of ASCII are looked up.
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 128) units += advances[code]!
    else {
      const point = text.codePointAt(at)!
      units += advanceOf(point, font)
      if (point > 0xffff) at++
    }
  }
  return units * size
}

function advanceOf(code: number, font: PictureFont): number {
  // East Asian letters and pictures come from another font and take two places.
  if ((code >= 0x1100 && code < 0x1160) || code >= 0x2e80) {
    return font === 'mono' ? monoAdvance * 2 : 1.05
  }
  if (font === 'mono') return monoAdvance
  const letter = String.fromCodePoint(code)
  if (/[ijl.,:;'|!\s]/.test(letter)) return 0.32
  if (/[ftrI()[\]/-]/.test(letter)) return 0.42
  if (/[mwMW@%—…]/.test(letter)) return 0.95
  return /[A-Z0-9_=+<>]/.test(letter) ? 0.7 : 0.61
}

const ascii = (font: PictureFont) =>
  Float64Array.from({ length: 128 }, (_, n) => advanceOf(n, font))
const advancesOf = { mono: ascii('mono'), text: ascii('text') }

/** The text, or as much of its beginning as fits, with an ellipsis; nothing where not even three letters do. */
export function fitText(text: string, font: PictureFont, size: number, width: number): string {
  if (textWidth(text, font, size) <= width + 0.01) return text
  const ellipsis = textWidth('…', font, size)
  let used = ellipsis
  let kept = ''
  for (const letter of text) {
    used += advanceOf(letter.codePointAt(0)!, font) * size
    // Sums of tenths are not exact.
    if (used > width + 0.01) break
    kept += letter
  }
  return kept.length < 3 ? '' : `${kept.trimEnd()}…`
}

/** Where a name is broken: before the capital that begins a word, but for the first after `IO`, and after what joins words. */
const seams = /(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?<!^IO)(?=[A-Z][a-z])|(?<=[-_.@/:\s])/u

/**
 * A name in lines of a width, broken between its words: `AppleKeyStore` `UserClient`. The last line is cut where there is no
 * room for all of it; nothing comes back where so little would be left that it told nothing.
 */
export function wrapText(
  text: string,
  font: PictureFont,
  size: number,
  width: number,
  mostLines: number,
): readonly string[] {
  if (textWidth(text, font, size) <= width + 0.01) return [text]
  // No line holds more than this, however long the name is.
  const most = Math.ceil((width / (0.3 * size)) * mostLines) + 8
  const words = text.slice(0, most).split(seams)
  const lines: string[] = []
  let line = ''
  for (const [n, word] of words.entries()) {
    if (textWidth(line + word, font, size) <= width + 0.01) {
      line += word
      continue
    }
    if (line !== '' && lines.length + 1 < mostLines) {
      lines.push(line)
      line = word
      if (textWidth(word, font, size) <= width + 0.01) continue
    }
    const rest = line === word ? words.slice(n) : [line, ...words.slice(n)]
    const cut = fitText(rest.join(''), font, size, width)
    if (cut !== '') lines.push(cut)
    line = ''
    break
  }
  if (line !== '') lines.push(line)
  const isWhole = lines.join('') === text
  const letters = lines.reduce((sum, each) => sum + each.length, 0)
  return isWhole || letters > fewestLetters ? lines : []
}

const fewestLetters = 7
