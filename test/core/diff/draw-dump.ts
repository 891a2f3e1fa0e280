import { readDump } from '../../helpers/read-dumps.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'

/**
 * A snapshot from a drawing: a node on each line, two blanks for each level, and its properties below it:
 *
 *   Root  <class IORegistryEntry, id 0x100000100, retain 1>
 *     PCI0@0  <class IOPCIDevice, id 0x100000101, retain 1>
 *       "IOClass" = "a"
 */
export function drawDump(drawing: string): Snapshot {
  const lines = drawing.split('\n').filter(line => line.trim() !== '')
  const margin = Math.min(...lines.map(line => line.length - line.trimStart().length))
  const text: string[] = []
  let prefix = ''
  let isOpen = false
  const close = () => {
    if (isOpen) text.push(`${prefix}}`, prefix)
    isOpen = false
  }
  for (const line of lines) {
    const shown = line.slice(margin)
    const content = shown.trimStart()
    const blanks = ' '.repeat(shown.length - content.length)
    if (content.startsWith('"')) {
      text.push(`${prefix}  ${content}`)
      continue
    }
    close()
    text.push(`${blanks}+-o ${content}`)
    prefix = `${blanks}    `
    text.push(`${prefix}{`)
    isOpen = true
  }
  close()
  return readDump('text', text.map(line => `${line}\n`).join('')).snapshot
}
