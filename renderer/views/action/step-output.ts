import type { StepRecord } from '../../../core/contract/types.ts'
import { visibleText } from '../../widgets/visible-text.ts'

type Chunk = StepRecord['output'][number]

/** More than this in one text element makes the page slow; nobody reads it there either. */
const limit = 100_000

/** The end of an output. Chunks of one stream that follow each other are joined. */
export function tailOf(
  output: readonly Chunk[],
  characters = limit,
): { readonly chunks: readonly Chunk[]; readonly cutCharacters: number } {
  const chunks: Chunk[] = []
  let left = characters
  let cutCharacters = 0
  for (const chunk of output.toReversed()) {
    const text = left > 0 ? chunk.text.slice(-left) : ''
    left -= text.length
    cutCharacters += chunk.text.length - text.length
    if (text === '') continue
    const next = chunks[0]
    // A note is a line of Kextant's own: it stands alone.
    const ended = chunk.stream === 'note' && !text.endsWith('\n') ? `${text}\n` : text
    if (next && next.stream === chunk.stream) {
      chunks[0] = { stream: chunk.stream, text: ended + next.text }
    } else chunks.unshift({ stream: chunk.stream, text: ended })
  }
  return { chunks, cutCharacters }
}

/** Like `visibleText`, for text whose lines and tabs are meant: a tool's output. */
export function visibleLines(text: string): string {
  return text.replace(/[^\n\t]+/g, part =>
    visibleText(part.endsWith('\r') ? part.slice(0, -1) : part),
  )
}

/** How many lines an output has, the one that is not ended yet too. */
export function lineCount(output: readonly Chunk[]): number {
  let count = 0
  let isOpen = false
  for (const { stream, text } of output) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++
    if (text !== '') isOpen = !text.endsWith('\n')
    if (isOpen && stream === 'note') {
      count++
      isOpen = false
    }
  }
  return isOpen ? count + 1 : count
}
