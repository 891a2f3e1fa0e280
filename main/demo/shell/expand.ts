import { FileSystemError } from '../files/file-system.ts'
import { escapePattern, isPattern, matchesPattern, unescapePattern } from './pattern.ts'
import { ExpansionError, type Shell } from './shell.ts'
import type { Script, Word, WordPart } from './syntax.ts'

/** Runs a command and returns what it printed, without the newlines at the end. */
export type Substitute = (script: Script) => Promise<string>

const mostFields = 100_000

/** All words of a command: expanded, split at blanks, globbed. */
export async function expandWords(
  shell: Shell,
  words: readonly Word[],
  substitute: Substitute,
): Promise<string[]> {
  const fields: string[] = []
  for (const word of words) {
    for (const field of await splitFields(shell, word, substitute)) {
      if (isPattern(field)) fields.push(...glob(shell, field))
      else fields.push(unescapePattern(field))
      if (fields.length > mostFields) throw new ExpansionError('argument list too long')
    }
  }
  return fields
}

/** A word that stays one field: the value of an assignment, the target of a redirection. */
export async function expandWord(
  shell: Shell,
  word: Word,
  substitute: Substitute,
): Promise<string> {
  return unescapePattern(await expandPattern(shell, word, substitute))
}

/** Like `expandWord`, but what was quoted stays escaped: the patterns of `case` and `${x%p}`. */
export async function expandPattern(
  shell: Shell,
  word: Word,
  substitute: Substitute,
): Promise<string> {
  let text = ''
  for (const part of withHome(shell, word)) {
    const value = await partText(shell, part, substitute)
    text += part.isQuoted ? escapePattern(value) : value.replace(/\\/g, '\\\\')
  }
  return text
}

/** The fields of one word, with what was quoted escaped as in a pattern. */
async function splitFields(shell: Shell, word: Word, substitute: Substitute): Promise<string[]> {
  const fields: string[] = []
  let current: string | null = null
  const flush = () => {
    if (current !== null) fields.push(current)
    current = null
  }
  for (const part of withHome(shell, word)) {
    if (part.kind === 'parameter' && part.name === '@' && part.operator === undefined) {
      const values = shell.arguments.slice(1)
      values.forEach((value, i) => {
        if (i > 0) flush()
        current = (current ?? '') + (part.isQuoted ? escapePattern(value) : value)
      })
      continue
    }
    const value = await partText(shell, part, substitute)
    if (part.isQuoted) current = (current ?? '') + escapePattern(value)
    else if (part.kind === 'text') current = (current ?? '') + value
    else {
      const separators = shell.variables.get('IFS') ?? ' \t\n'
      for (const piece of splitAt(value.replace(/\\/g, '\\\\'), separators)) {
        if (piece === null) flush()
        else current = (current ?? '') + piece
      }
    }
  }
  flush()
  return fields
}

/** Pieces and, for each run of separators between or around them, a null. */
function splitAt(value: string, separators: string): (string | null)[] {
  const pieces: (string | null)[] = []
  let piece = ''
  for (const character of value) {
    if (!separators.includes(character)) piece += character
    else {
      if (piece !== '') pieces.push(piece)
      piece = ''
      if (pieces.at(-1) !== null) pieces.push(null)
    }
  }
  if (piece !== '') pieces.push(piece)
  return pieces
}

async function partText(shell: Shell, part: WordPart, substitute: Substitute): Promise<string> {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'substitution':
      return substitute(part.script)
    case 'parameter': {
      const value = parameter(shell, part.name)
      if (part.operator === 'length') return String((value ?? '').length)
      if (part.operator !== undefined) {
        return operated(shell, part.name, value, part.operator, part.operand ?? [], substitute)
      }
      if (value === undefined && shell.refusesUnset && !'@*'.includes(part.name)) {
        throw new ExpansionError(`${part.name}: unbound variable`)
      }
      return value ?? ''
    }
  }
}

async function operated(
  shell: Shell,
  name: string,
  value: string | undefined,
  operator: string,
  operand: Word,
  substitute: Substitute,
): Promise<string> {
  const isMissing = value === undefined || (operator.startsWith(':') && value === '')
  switch (operator.replace(':', '')) {
    case '-':
      return isMissing ? expandWord(shell, operand, substitute) : value
    case '+':
      return isMissing ? '' : expandWord(shell, operand, substitute)
    case '=': {
      if (!isMissing) return value
      const assigned = await expandWord(shell, operand, substitute)
      shell.setVariable(name, assigned)
      return assigned
    }
    case '?': {
      if (!isMissing) return value
      const text = await expandWord(shell, operand, substitute)
      throw new ExpansionError(`${name}: ${text || 'parameter null or not set'}`)
    }
    default:
      return trimmed(value ?? '', operator, await expandPattern(shell, operand, substitute))
  }
}

/** `${x#p}` and `${x##p}` cut at the front, `${x%p}` and `${x%%p}` at the end; doubled cuts the longest. */
function trimmed(value: string, operator: string, pattern: string): string {
  const isFront = operator.startsWith('#')
  const lengths = Array.from({ length: value.length + 1 }, (_, length) => length)
  if (operator.length === 2) lengths.reverse()
  for (const length of lengths) {
    const cut = isFront ? value.slice(0, length) : value.slice(value.length - length)
    if (!matchesPattern(pattern, cut)) continue
    return isFront ? value.slice(length) : value.slice(0, value.length - length)
  }
  return value
}

function parameter(shell: Shell, name: string): string | undefined {
  switch (name) {
    case '?':
      return String(shell.lastStatus)
    case '$':
      return String(shell.pid)
    case '#':
      return String(shell.arguments.length - 1)
    case '@':
    case '*':
      return shell.arguments.slice(1).join(' ')
    case '!':
      return ''
    case '-':
      return `${shell.exitsOnError ? 'e' : ''}${shell.refusesUnset ? 'u' : ''}`
    default:
      if (/^\d+$/.test(name)) return shell.arguments[Number(name)]
      if (name === 'PWD') return shell.cwd
      return shell.variables.get(name)
  }
}

/** `~` and `~/…` at the front of a word. */
function withHome(shell: Shell, word: Word): Word {
  const [first, ...rest] = word
  if (first?.kind !== 'text' || first.isQuoted || !/^~(\/|$)/.test(first.text)) return word
  if (first.text === '~' && rest.length > 0) return word
  const home: WordPart = {
    kind: 'text',
    text: shell.variables.get('HOME') ?? '/',
    isQuoted: true,
  }
  return [home, { ...first, text: first.text.slice(1) }, ...rest]
}

/** The names a pattern matches, sorted; the pattern itself, as text, when there are none. */
function glob(shell: Shell, pattern: string): string[] {
  const who = { uid: shell.uid, gid: shell.gid }
  const isAbsolute = pattern.startsWith('/')
  let found: string[] = [isAbsolute ? '/' : '']
  for (const segment of pattern.split('/').filter(name => name !== '')) {
    const next: string[] = []
    for (const folder of found) {
      const join = (name: string) =>
        folder === '' || folder.endsWith('/') ? folder + name : `${folder}/${name}`
      if (!isPattern(segment)) {
        const path = join(unescapePattern(segment))
        if (linkExists(shell, path)) next.push(path)
        continue
      }
      for (const name of namesIn(shell, folder)) {
        if (name.startsWith('.') && !segment.startsWith('.')) continue
        if (matchesPattern(segment, name)) next.push(join(name))
      }
      if (next.length > mostFields) throw new ExpansionError('argument list too long')
    }
    found = next
  }
  if (pattern.endsWith('/')) found = found.map(path => `${path}/`)
  return found.length > 0 ? found : [unescapePattern(pattern)]

  function namesIn(from: Shell, folder: string): readonly string[] {
    try {
      return from.system.files.list(from.absolute(folder || '.'), who)
    } catch (error) {
      if (error instanceof FileSystemError) return []
      throw error
    }
  }
}

function linkExists(shell: Shell, path: string): boolean {
  try {
    shell.system.files.linkStatus(shell.absolute(path), { uid: shell.uid, gid: shell.gid })
    return true
  } catch (error) {
    if (error instanceof FileSystemError) return false
    throw error
  }
}
