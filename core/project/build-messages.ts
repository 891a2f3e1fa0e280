import type { BuildMessage } from './project.ts'

/*
 * What compilers, linkers and make print, line by line:
 *
 *   my_kext.cpp:12:5: error: use of undeclared identifier 'x'        clang, gcc; older ones without the column
 *   In file included from my_kext.cpp:1:                            of gcc also `                 from b.hpp:2,`
 *   Undefined symbols for architecture x86_64:                      ld64, with the symbols in the lines below it
 *   my_kext.cpp:(.text+0x5): undefined reference to `f'             GNU ld
 *   ld.lld: error: undefined symbol: f
 *   make: *** [Makefile:12: kexts] Error 1                          up to 3.81 `[kexts]` alone
 *   Makefile:3: *** missing separator.  Stop.
 *   make[1]: Entering directory '/home/me/darwinos/drivers'         up to 3.81 between ` and '
 */

/** No compiler's own line is longer; of generated code, only the beginning is looked at. */
const longestLine = 4096
const longestText = 1000
const mostMessages = 2000
/** Of makes that call each other. */
const deepestMake = 64
const largestNumber = 10_000_000

const atPlace = /^(.+?):(\d+):(?:(\d+):)? *(fatal error|error|warning|note|remark): (.*)$/
const referencePlace = /^(?:.*: )?([^:]+):(?:(\d+)|\(\.[^()]*\))$/
const referencedBy = /^>>> (?:referenced|defined) (?:by|at) (\S[^:]*):(\d+)(?: |$)/
const included = /^(?:In file included from| {10,}from) (.+?):(\d+)(?::(\d+))?[:,]$/
const ofProgram =
  /^(?:\S*\/)?(?:ld|ld64|lld|ld\.lld|ld64\.lld|collect2|clang(?:\+\+)?(?:-\d+)?|gcc|g\+\+|cc|c\+\+|cc1|cc1plus|dsymutil|codesign): (?:(fatal error|error|warning): )?(.*)$/
const undefinedSymbols = /^Undefined symbols(?: for architecture \S+)?:$/
const undefinedSymbol = /^ {2}("?.+"?), referenced from:$/
const makeAtPlace = /^(\S.*?):(\d+): (?:(\*\*\*|warning:) )(.*)$/
const makeStops =
  /^(?:\S*\/)?g?make(?:\[\d+\])?: \*\*\* (?:\[(?:([^\]]+?):(\d+): )?([^\]]+)\] )?(.*)$/
const makeMoves = /^(?:\S*\/)?g?make(?:\[\d+\])?: (Entering|Leaving) directory ['`‘](.*)['’]$/
// eslint-disable-next-line no-control-regex -- colours, which a compiler can be told to print into a pipe too
const colours = /\u001b\[[0-9;]*[A-Za-z]/g

/**
 * Finds the places in what a build printed: clang and gcc (`file:line:column: error: …`), ld, and make
 * (`make: *** [Makefile:12: kexts] Error 1`).
 *
 * At most two thousand, the first ones; takes time by the length of the output, whatever is in it.
 *
 * @param root absolute; relative names are below it, or below the folder that make said it entered
 */
export function readBuildMessages(output: string, root: string): readonly BuildMessage[] {
  const messages: BuildMessage[] = []
  const entered: string[] = []
  let isAmongSymbols = false
  let outputLine = -1
  for (const whole of linesOf(output)) {
    outputLine++
    if (messages.length >= mostMessages) break
    const line = whole.slice(0, longestLine).replace(colours, '').trimEnd()
    const moved = makeMoves.exec(line)
    if (moved) {
      const at = entered.lastIndexOf(moved[2]!)
      if (moved[1] === 'Entering') entered.push(moved[2]!)
      else if (at >= 0) entered.splice(at, 1)
      if (entered.length > deepestMake) entered.shift()
      continue
    }
    if (undefinedSymbols.test(line)) isAmongSymbols = true
    else if (!line.startsWith(' ')) isAmongSymbols = false
    const read = readLine(line, isAmongSymbols)
    if (read === null) continue
    messages.push({
      severity: read.severity,
      file: read.file === '' ? '' : placed(read.file, entered.at(-1) ?? root, root),
      line: numberOf(read.line),
      column: numberOf(read.column),
      text: read.text.slice(0, longestText),
      outputLine,
    })
  }
  return messages
}

interface ReadLine {
  readonly severity: BuildMessage['severity']
  readonly file: string
  readonly line?: string | undefined
  readonly column?: string | undefined
  readonly text: string
}

function readLine(line: string, isAmongSymbols: boolean): ReadLine | null {
  const found = atPlace.exec(line)
  if (found) {
    const [, file, at, column, word, text] = found
    return { severity: severityOf(word), file: file!, line: at, column, text: text! }
  }
  const includedFrom = included.exec(line)
  if (includedFrom) {
    const [, file, at, column] = includedFrom
    return { severity: 'note', file: file!, line: at, column, text: 'included from here' }
  }
  const reference = undefinedReference(line)
  if (reference) return reference
  const user = referencedBy.exec(line)
  if (user) return { severity: 'note', file: user[1]!, line: user[2], text: 'referenced from here' }
  const stopped = makeStops.exec(line)
  if (stopped) {
    const [, file = '', at, target, text] = stopped
    const said = target === undefined ? text! : `${target}: ${text}`
    // Of a target that went wrong and was told to be ignored: `Error 1 (ignored)`.
    const isIgnored = text!.endsWith('(ignored)')
    return { severity: isIgnored ? 'warning' : 'error', file, line: at, text: said }
  }
  const inMakefile = makeAtPlace.exec(line)
  if (inMakefile) {
    const [, file, at, sign, text] = inMakefile
    return { severity: sign === '***' ? 'error' : 'warning', file: file!, line: at, text: text! }
  }
  if (isAmongSymbols) {
    const symbol = undefinedSymbol.exec(line)
    if (symbol) return { severity: 'error', file: '', text: `undefined symbol ${symbol[1]}` }
  }
  const program = ofProgram.exec(line)
  if (!program) return null
  const [, word, text] = program
  if (word !== undefined) return { severity: severityOf(word), file: '', text: text! }
  // `ld: foo.o: in function f:` begins what the next line says.
  if (/: in function /i.test(text!)) return null
  const isWarning = /^warning\b/i.test(text!)
  return { severity: isWarning ? 'warning' : 'error', file: '', text: text! }
}

/** `x.cpp:(.text+0x5): undefined reference to …`, with or without the name of the linker in front. */
function undefinedReference(line: string): ReadLine | null {
  const at = line.search(/: (?:undefined reference|more undefined references) to /)
  if (at < 0) return null
  const place = referencePlace.exec(line.slice(0, at))
  const text = line.slice(at + 2)
  return { severity: 'error', file: place?.[1] ?? '', line: place?.[2], text }
}

function severityOf(word: string | undefined): BuildMessage['severity'] {
  if (word === 'warning') return 'warning'
  return word === 'note' || word === 'remark' ? 'note' : 'error'
}

function numberOf(text: string | undefined): number | null {
  const number = Number(text ?? 0)
  return number >= 1 && number <= largestNumber ? number : null
}

/** Absolute where it lies below the root, and else as printed. */
function placed(file: string, folder: string, root: string): string {
  const path = normal(file.startsWith('/') ? file : `${folder}/${file}`)
  return path.startsWith(root.endsWith('/') ? root : `${root}/`) ? path : file
}

/** Without `.`, `..` and doubled slashes. */
function normal(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

function* linesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\n', from)
    yield text.slice(from, end < 0 ? undefined : end)
    if (end < 0) return
    from = end + 1
  }
}
