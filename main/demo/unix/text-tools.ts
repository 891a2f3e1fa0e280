import type { Program } from '../program.ts'
import { contents, linesOf, tool, usageError, type ToolCall } from './tool.ts'

/** Programs that read text and print text. */
export function textPrograms(): [string, Program][] {
  return [
    ['/bin/cat', tool('benstuv', 'cat [-u] [file ...]', cat, 1)],
    // Pagers as they are when nobody looks: all at once. `-N` and `+/text` are for those who do.
    ['/usr/bin/less', pager],
    ['/usr/bin/more', pager],
    ['/usr/bin/head', countTool(head)],
    ['/usr/bin/tail', countTool(tail)],
    ['/usr/bin/wc', tool('clwm', 'wc [-clmw] [file ...]', count, 1)],
    ['/usr/bin/grep', tool('ivnEFcqlhHosxwe:a', grepUsage, grep, 2)],
    ['/usr/bin/sort', tool('rnuk:t:', 'sort [-nru] [file ...]', sort, 2)],
    ['/usr/bin/uniq', tool('cdu', 'uniq [-c | -d | -u] [input]', unique, 1)],
    ['/usr/bin/tee', tool('ai', 'tee [-a] [file ...]', tee, 1)],
    ['/usr/bin/tr', tool('ds', 'tr [-d] string1 [string2]', translate, 1)],
    ['/bin/echo', async process => (await process.stdout(echoed(process.argv.slice(1))), 0)],
    ['/usr/bin/true', async () => 0],
    ['/usr/bin/false', async () => 1],
    ['/usr/bin/yes', yes],
  ]
}

const grepUsage = 'grep [-EFcilnqv] [-e pattern] [pattern] [file ...]'

function echoed(args: readonly string[]): string {
  return args[0] === '-n' ? args.slice(1).join(' ') : `${args.join(' ')}\n`
}

async function yes(process: Parameters<Program>[0]): Promise<number> {
  const line = `${process.argv.slice(1).join(' ') || 'y'}\n`
  const block = line.repeat(Math.max(1, Math.floor(8192 / line.length)))
  for (;;) {
    process.signal.throwIfAborted()
    await process.stdout(block)
    await new Promise(resolve => setImmediate(resolve))
  }
}

async function pager(process: Parameters<Program>[0]): Promise<number> {
  const isOption = (arg: string) => /^[-+]./.test(arg)
  const argv = process.argv.filter((arg, i) => i === 0 || !isOption(arg))
  return tool('', 'less [file ...]', cat, 1)({ ...process, argv })
}

async function cat(call: ToolCall): Promise<number> {
  let code = 0
  for (const name of call.operands.length === 0 ? ['-'] : call.operands) {
    if (name === '-') {
      for await (const chunk of call.input) await call.print(chunk)
      continue
    }
    const bytes = await call.attempt(name, () => call.process.files.read(call.at(name), call.who))
    if (bytes === undefined) code = 1
    else await call.print(bytes)
  }
  return code
}

/** head and tail also take `-5` for `-n 5`. */
function countTool(run: (call: ToolCall) => Promise<number>): Program {
  const inner = tool('n:c:fFqv', 'head [-n lines | -c bytes] [file ...]', run, 1)
  return process => {
    const argv = process.argv.map((arg, i) =>
      i > 0 && /^-\d+$/.test(arg) ? `-n${arg.slice(1)}` : arg,
    )
    return inner({ ...process, argv })
  }
}

async function head(call: ToolCall): Promise<number> {
  const isBytes = call.values.has('c')
  const wanted = Number(call.values.get('c') ?? call.values.get('n') ?? 10)
  if (!Number.isInteger(wanted) || wanted < 1) {
    await call.complain(`illegal ${isBytes ? 'byte' : 'line'} count -- ${wanted}`)
    return 1
  }
  if (call.operands.length === 0) return headOfInput(call, wanted, isBytes)
  let code = 0
  for await (const { name, bytes } of contents(call)) {
    if (call.operands.length > 1) await call.print(`==> ${name} <==\n`)
    if (bytes === null) code = 1
    else await call.print(bytes.subarray(0, isBytes ? wanted : endOfLines(bytes, wanted)))
  }
  return code
}

/** Reads no further than it must, so that what follows in the pipe is left or its writer stops. */
async function headOfInput(call: ToolCall, wanted: number, isBytes: boolean): Promise<number> {
  let left = wanted
  while (left > 0) {
    const chunk = await call.input.next()
    if (chunk === null) break
    const end = isBytes ? Math.min(left, chunk.length) : endOfLines(chunk, left)
    const taken = chunk.subarray(0, end)
    left -= isBytes ? taken.length : taken.reduce((sum, byte) => sum + Number(byte === 10), 0)
    if (left === 0) call.input.unread(chunk.subarray(end))
    await call.print(taken)
  }
  return 0
}

function endOfLines(bytes: Uint8Array, count: number): number {
  let at = 0
  for (let line = 0; line < count; line++) {
    const newline = bytes.indexOf(10, at)
    if (newline < 0) return bytes.length
    at = newline + 1
  }
  return at
}

async function tail(call: ToolCall): Promise<number> {
  const isBytes = call.values.has('c')
  const given = call.values.get('c') ?? call.values.get('n') ?? '10'
  const number = Number(given)
  if (!Number.isInteger(number)) {
    await call.complain(`illegal offset -- ${given}`)
    return 1
  }
  let code = 0
  for await (const { name, bytes } of contents(call)) {
    if (call.operands.length > 1) await call.print(`==> ${name} <==\n`)
    if (bytes === null) code = 1
    else await call.print(bytes.subarray(tailStart(bytes, Math.abs(number), given, isBytes)))
  }
  return code
}

/** `+n` counts from the start, anything else from the end. */
function tailStart(bytes: Uint8Array, number: number, given: string, isBytes: boolean): number {
  if (given.startsWith('+')) {
    return isBytes ? Math.max(0, number - 1) : endOfLines(bytes, Math.max(0, number - 1))
  }
  if (isBytes) return Math.max(0, bytes.length - number)
  if (number === 0) return bytes.length
  let at = bytes.at(-1) === 10 ? bytes.length - 1 : bytes.length
  for (let line = 0; line < number; line++) {
    const newline = at <= 0 ? -1 : bytes.lastIndexOf(10, at - 1)
    if (newline < 0) return 0
    at = newline
  }
  return at + 1
}

async function count(call: ToolCall): Promise<number> {
  const { flags } = call
  const isAll = !flags.has('c') && !flags.has('l') && !flags.has('w') && !flags.has('m')
  const row = (lines: number, words: number, bytes: number, name: string) => {
    const numbers = [
      ...(isAll || flags.has('l') ? [lines] : []),
      ...(isAll || flags.has('w') ? [words] : []),
      ...(isAll || flags.has('c') || flags.has('m') ? [bytes] : []),
    ]
    const label = name === '-' ? '' : ` ${name}`
    return `${numbers.map(number => ` ${String(number).padStart(7)}`).join('')}${label}\n`
  }
  let code = 0
  const total = [0, 0, 0] as [number, number, number]
  for (const operand of call.operands.length === 0 ? ['-'] : call.operands) {
    let [lines, words, byteCount] = [0, 0, 0]
    let isInWord = false
    const add = (chunk: Uint8Array) => {
      byteCount += chunk.length
      for (const byte of chunk) {
        if (byte === 10) lines++
        const isBlank = byte === 32 || (byte >= 9 && byte <= 13)
        if (!isBlank && !isInWord) words++
        isInWord = !isBlank
      }
    }
    if (operand === '-') for await (const chunk of call.input) add(chunk)
    else {
      const read = () => call.process.files.read(call.at(operand), call.who)
      const bytes = await call.attempt(operand, read)
      if (bytes === undefined) {
        code = 1
        continue
      }
      add(bytes)
    }
    total[0] += lines
    total[1] += words
    total[2] += byteCount
    await call.print(row(lines, words, byteCount, operand))
  }
  if (call.operands.length > 1) await call.print(row(...total, 'total'))
  return code
}

async function grep(call: ToolCall): Promise<number> {
  const { flags } = call
  const operands = [...call.operands]
  const pattern = call.values.get('e') ?? operands.shift()
  if (pattern === undefined) return usageError(call, grepUsage, 2)
  let expression: RegExp
  try {
    const alternatives = pattern.split('\n').map(one => {
      const source = flags.has('F')
        ? one.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
        : extended(one, flags.has('E'))
      if (flags.has('x')) return `^(?:${source})$`
      return flags.has('w') ? `\\b(?:${source})\\b` : source
    })
    expression = new RegExp(alternatives.join('|'), flags.has('i') ? 'i' : '')
  } catch {
    await call.complain('invalid regular expression')
    return 2
  }
  let isFound = false
  let hasFailed = false
  const hasNames = (operands.length > 1 || flags.has('H')) && !flags.has('h')
  for await (const { name, bytes } of contents(call, operands)) {
    if (bytes === null) {
      hasFailed = true
      continue
    }
    const label = hasNames ? `${name === '-' ? '(standard input)' : name}:` : ''
    let matchCount = 0
    const shown: string[] = []
    linesOf(bytes).forEach((line, i) => {
      if (expression.test(line) === flags.has('v')) return
      matchCount++
      const number = flags.has('n') ? `${i + 1}:` : ''
      const text = flags.has('o') ? (expression.exec(line)?.[0] ?? '') : line
      shown.push(`${label}${number}${text}\n`)
    })
    isFound ||= matchCount > 0
    if (flags.has('q')) {
      if (isFound) return 0
    } else if (flags.has('c')) await call.print(`${label}${matchCount}\n`)
    else if (flags.has('l')) await call.print(matchCount > 0 ? `${name}\n` : '')
    else await call.print(shown.join(''))
  }
  return hasFailed ? 2 : isFound ? 0 : 1
}

/** A POSIX expression as one of JavaScript. In a basic one, `\(` groups and `(` is itself. */
function extended(source: string, isExtended: boolean): string {
  const classes: Readonly<Record<string, string>> = {
    alpha: 'A-Za-z',
    digit: '0-9',
    alnum: 'A-Za-z0-9',
    upper: 'A-Z',
    lower: 'a-z',
    space: '\\s',
    xdigit: '0-9A-Fa-f',
    punct: '!-\\/:-@\\[-`{-~',
  }
  const named = source.replace(/\[:(\w+):\]/g, (whole, name: string) => classes[name] ?? whole)
  if (isExtended) return named
  return named.replace(/\\([(){}|+?])|([(){}|+?])/g, (_whole, escaped, plain) =>
    escaped === undefined ? `\\${String(plain)}` : String(escaped),
  )
}

async function sort(call: ToolCall): Promise<number> {
  const { flags } = call
  const lines: string[] = []
  let code = 0
  for await (const { bytes } of contents(call)) {
    if (bytes === null) code = 2
    else lines.push(...linesOf(bytes))
  }
  const separator = call.values.get('t') ?? /\s+/
  const column = Number.parseInt(call.values.get('k') ?? '', 10)
  const keyOf = (line: string) =>
    Number.isNaN(column)
      ? line
      : line
          .trim()
          .split(separator)
          .slice(column - 1)
          .join(' ')
  const isNumeric = flags.has('n') || /n/.test(call.values.get('k') ?? '')
  const numberOf = (line: string) => Number.parseFloat(keyOf(line)) || 0
  const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b))
  lines.sort((a, b) =>
    isNumeric ? numberOf(a) - numberOf(b) || compare(a, b) : compare(keyOf(a), keyOf(b)),
  )
  if (flags.has('r')) lines.reverse()
  const shown = flags.has('u') ? lines.filter((line, i) => i === 0 || line !== lines[i - 1]) : lines
  await call.print(shown.map(line => `${line}\n`).join(''))
  return code
}

async function unique(call: ToolCall): Promise<number> {
  const { flags } = call
  for await (const { bytes } of contents(call, call.operands.slice(0, 1))) {
    if (bytes === null) return 1
    const groups: { line: string; count: number }[] = []
    for (const line of linesOf(bytes)) {
      const last = groups.at(-1)
      if (last?.line === line) last.count++
      else groups.push({ line, count: 1 })
    }
    const shown = groups.filter(
      group => (!flags.has('d') || group.count > 1) && (!flags.has('u') || group.count === 1),
    )
    const prefix = (number: number) => (flags.has('c') ? `${String(number).padStart(4)} ` : '')
    await call.print(shown.map(group => `${prefix(group.count)}${group.line}\n`).join(''))
  }
  return 0
}

async function tee(call: ToolCall): Promise<number> {
  let code = 0
  const files = []
  for (const name of call.operands) {
    const append = call.flags.has('a')
    const file = await call.attempt(name, () => {
      const { files } = call.process
      const before =
        append && files.exists(call.at(name)) ? files.read(call.at(name), call.who) : null
      files.write(call.at(name), before ?? new Uint8Array(0), call.who)
      return { path: call.at(name), parts: before === null ? [] : [before] }
    })
    if (file === undefined) code = 1
    else files.push(file)
  }
  for await (const chunk of call.input) {
    for (const file of files) file.parts.push(chunk)
    await call.print(chunk)
  }
  for (const { path, parts } of files) {
    const done = await call.attempt(path, () => {
      call.process.files.write(path, Buffer.concat(parts), call.who)
      return true
    })
    if (done === undefined) code = 1
  }
  return code
}

async function translate(call: ToolCall): Promise<number> {
  const [from, to] = call.operands.map(characters)
  if (from === undefined || (to === undefined && !call.flags.has('d'))) {
    return usageError(call, 'tr [-d] string1 [string2]', 1)
  }
  const table = new Map<string, string>()
  from.forEach((character, i) => {
    table.set(character, to === undefined ? '' : (to[i] ?? to.at(-1) ?? ''))
  })
  const decoder = new TextDecoder()
  for await (const chunk of call.input) {
    const text = decoder.decode(chunk, { stream: true })
    await call.print([...text].map(character => table.get(character) ?? character).join(''))
  }
  return 0
}

/** `a-z` spelt out, and `\n`, `\t`, `\0` read. */
function characters(set: string): string[] {
  const plain = set.replace(/\\([nrt0\\])/g, (_whole, letter: string) => {
    return { n: '\n', r: '\r', t: '\t', '0': '\0', '\\': '\\' }[letter] ?? letter
  })
  const found: string[] = []
  const all = [...plain]
  for (let i = 0; i < all.length; i++) {
    const [low, high] = [all[i]!.codePointAt(0)!, all[i + 2]?.codePointAt(0) ?? 0]
    if (all[i + 1] === '-' && high >= low && high - low < 65_536) {
      for (let code = low; code <= high; code++) found.push(String.fromCodePoint(code))
      i += 2
    } else found.push(all[i]!)
  }
  return found
}
