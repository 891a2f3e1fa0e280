import { FileSystemError, type Credentials } from '../files/file-system.ts'
import type { Process, Program } from '../program.ts'
import { inputOf, type Input } from '../shell/streams.ts'
import { absolute, credentialsOf, errorText } from './system.ts'

/** One call of a program, with its options told apart from its operands as getopt(3) does. */
export interface ToolCall {
  readonly process: Process
  /** What it was called, without folders. */
  readonly name: string
  readonly who: Credentials
  readonly flags: ReadonlySet<string>
  readonly values: ReadonlyMap<string, string>
  readonly operands: readonly string[]
  readonly input: Input
  /** The absolute path of an operand. */
  readonly at: (path: string) => string
  readonly print: (text: string | Uint8Array) => Promise<void>
  /** `name: text` on stderr. */
  readonly complain: (text: string) => Promise<void>
  /** Runs `action`; a file system error is reported as `name: label: text` and gives `undefined`. */
  readonly attempt: <T>(label: string, action: () => T) => Promise<T | undefined>
}

/**
 * A program with getopt options: `letters` are flags, one followed by `:` takes a value. A wrong option
 * prints `usage` and ends with 64 (EX_USAGE) or `usageCode`.
 */
export function tool(
  letters: string,
  usage: string,
  run: (call: ToolCall) => Promise<number>,
  usageCode = 64,
): Program {
  return async process => {
    const name = (process.argv[0] ?? '').split('/').at(-1) ?? ''
    const parsed = options(process.argv.slice(1), letters)
    const call = toolCall(process, name, parsed)
    if (parsed.problem !== null) {
      await call.complain(parsed.problem)
      await process.stderr(`usage: ${usage}\n`)
      return usageCode
    }
    return run(call)
  }
}

/** Prints the usage; for a tool called with the wrong operands. */
export async function usageError(call: ToolCall, usage: string, code = 64): Promise<number> {
  await call.process.stderr(`usage: ${usage}\n`)
  return code
}

interface ParsedOptions {
  readonly flags: ReadonlySet<string>
  readonly values: ReadonlyMap<string, string>
  readonly operands: readonly string[]
  readonly problem: string | null
}

function options(args: readonly string[], letters: string): ParsedOptions {
  const flags = new Set<string>()
  const values = new Map<string, string>()
  let problem: string | null = null
  let i = 0
  for (; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--') {
      i++
      break
    }
    if (arg === '-' || !arg.startsWith('-')) break
    for (let at = 1; at < arg.length; at++) {
      const letter = arg[at]!
      const place = letter === ':' ? -1 : letters.indexOf(letter)
      if (place < 0) problem ??= `illegal option -- ${letter}`
      else if (letters[place + 1] === ':') {
        const value = at + 1 < arg.length ? arg.slice(at + 1) : args[++i]
        if (value === undefined) problem ??= `option requires an argument -- ${letter}`
        else values.set(letter, value)
        break
      } else flags.add(letter)
    }
  }
  return { flags, values, operands: args.slice(i), problem }
}

function toolCall(process: Process, name: string, parsed: ParsedOptions): ToolCall {
  const complain = (text: string) => process.stderr(`${name}: ${text}\n`)
  return {
    process,
    name,
    who: credentialsOf(process),
    flags: parsed.flags,
    values: parsed.values,
    operands: parsed.operands,
    input: inputOf(process.stdin),
    at: path => absolute(process, path),
    print: text => process.stdout(text),
    complain,
    attempt: async (label, action) => {
      try {
        return action()
      } catch (error) {
        if (!(error instanceof FileSystemError)) throw error
        await complain(`${label}: ${errorText(error)}`)
        return undefined
      }
    },
  }
}

/** The content of each operand, or of stdin for `-` and when there are none. Unreadable ones are null. */
export async function* contents(
  call: ToolCall,
  operands: readonly string[] = call.operands,
): AsyncGenerator<{ readonly name: string; readonly bytes: Uint8Array | null }> {
  for (const name of operands.length === 0 ? ['-'] : operands) {
    if (name === '-') yield { name, bytes: await all(call.input) }
    else {
      const bytes = await call.attempt(name, () => call.process.files.read(call.at(name), call.who))
      yield { name, bytes: bytes ?? null }
    }
  }
}

/** Everything that is left of an input. */
export async function all(input: Input): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of input) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The lines of a text; a newline at the end makes no empty line. */
export function linesOf(bytes: Uint8Array): string[] {
  const text = new TextDecoder().decode(bytes)
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** Everything from here down, folders first; symlinks are not followed. */
export function* walk(call: ToolCall, path: string): Generator<string> {
  yield path
  const { files } = call.process
  if (files.linkStatus(call.at(path), call.who).kind !== 'directory') return
  for (const name of files.list(call.at(path), call.who)) yield* walk(call, join(path, name))
}

export function join(folder: string, name: string): string {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`
}

export function baseName(path: string): string {
  const trimmed = path.replace(/\/+$/, '')
  if (trimmed === '') return path === '' ? '' : '/'
  return trimmed.slice(trimmed.lastIndexOf('/') + 1)
}

export function directoryName(path: string): string {
  const trimmed = path.replace(/\/+$/, '')
  if (trimmed === '') return path === '' ? '.' : '/'
  const slash = trimmed.lastIndexOf('/')
  if (slash < 0) return '.'
  return trimmed.slice(0, slash).replace(/\/+$/, '') || '/'
}
