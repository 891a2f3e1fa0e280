import { controlPicture } from '../write/xml-text.ts'

/** Text of a guest inside of HTML, in an element or an attribute with double quotes: nothing of it is markup. */
export function html(text: string): string {
  return text.replace(odd, character => {
    const named = entities[character]
    if (named !== undefined) return named
    const code = character.charCodeAt(0)
    return code < 32 ? controlPicture(code) : '\ufffd'
  })
}

/** Markup, control characters, and signs that turn the reading direction round: they show a text as another one. */
const odd = /[&<>"']|(?![\t\n])\p{Cc}|\p{Bidi_Control}/gu

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** `12,345`, on every machine. */
export function groupedNumber(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** A line of a guest, as much of it as a reader reads. */
export function htmlLine(text: string): string {
  return html(text.length > lineLimit ? `${text.slice(0, lineLimit)}…` : text)
}

const lineLimit = 2000
