import { ascii } from '../registry/xml-characters.ts'

/** How far into a file the look goes. */
export const headLength = 4096

/**
 * What a file that is no registry dump seems to be, in words that end a sentence. By content alone: dumps
 * have been saved under any name (facts: ioreg-files, section 4).
 * @param head the first `headLength` bytes, or all of a shorter file
 */
export function looksLike(head: Uint8Array): string {
  if (head.length === 0) return 'an empty file'
  const magic = byMagic(head)
  if (magic) return magic
  if (head.every(byte => byte <= 32)) return 'a file of blanks'
  if (head.includes(0)) return 'a binary file'
  return byText(head)
}

/** Is the beginning that of a known binary format? */
export function looksBinary(head: Uint8Array): boolean {
  return head.length > 0 && byMagic(head) !== null
}

function byMagic(head: Uint8Array): string | null {
  const text = ascii(head, 0, Math.min(head.length, 16))
  if (text.startsWith('bplist')) return 'a binary property list of a version that is not known'
  if (text.startsWith('\x1f\x8b')) return 'a gzip file; unpack it first'
  if (/^BZh[1-9]1AY&SY/.test(text)) return 'a bzip2 file; unpack it first'
  if (text.startsWith('\xfd7zXZ')) return 'an xz file; unpack it first'
  if (text.startsWith('PK\x03\x04') || text.startsWith('PK\x05\x06')) {
    return 'a ZIP file; unpack it first'
  }
  if (text.startsWith('\x89PNG')) return 'a PNG picture'
  if (text.startsWith('\xff\xd8\xff')) return 'a JPEG picture'
  if (text.startsWith('GIF8')) return 'a GIF picture'
  if (text.startsWith('%PDF')) return 'a PDF document'
  if (/^(\xcf\xfa\xed\xfe|\xce\xfa\xed\xfe|\xca\xfe\xba\xbe|\x7fELF)/.test(text)) {
    return 'a program'
  }
  return null
}

function byText(head: Uint8Array): string {
  const text = ascii(head, 0, head.length)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
  if (text.startsWith('version https://git-lfs')) {
    return 'a Git LFS pointer: the file itself was not fetched'
  }
  if (/^\s*<!(ENTITY|DOCTYPE[^>]*\[)/m.test(text)) return xmlWithEntities
  if (/^(<!doctype html|<html|<head|<body)/i.test(text)) return 'an HTML page'
  if (/^(<\?xml|<!DOCTYPE plist|<plist)/i.test(text)) return xmlPlist(text)
  if (text.startsWith('<')) return 'XML of another kind'
  if (/^[[{]/.test(text) && /["\]}]/.test(text)) return 'JSON'
  if (/^usage: ioreg/m.test(text)) return 'the usage message of ioreg'
  if (/^ioreg: error/m.test(text)) return 'an error message of ioreg'
  return 'text without a line of an entry (“+-o Name  <class …>”)'
}

/** A few lines of them can stand for gigabytes, and no tool of Apple's writes any. */
export const xmlWithEntities =
  'XML that declares entities of its own; no registry dump does, and they are not expanded here'

function xmlPlist(text: string): string {
  if (/<key>(CFBundle\w*|IOKitPersonalities|OSBundle\w*)<\/key>/.test(text)) {
    return 'an Info.plist'
  }
  if (/<plist/i.test(text)) return 'a property list without registry entries'
  return 'XML of another kind'
}
