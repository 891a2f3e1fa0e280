import { ServiceState } from '../../../core/registry/snapshot.ts'
import type { Boot } from '../kernel/boot.ts'
import { busyTimeOf } from '../kernel/busy.ts'
import { byCodeUnit, xmlEpilog, xmlKey, xmlProlog, xmlValue } from '../kernel/cf-xml.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Entry } from '../kernel/registry.ts'
import { int, text, type Properties } from '../kernel/values.ts'
import type { Program } from '../program.ts'
import { ChunkedOutput } from './chunked-output.ts'
import { parseIoregOptions, type IoregOptions } from './ioreg-options.ts'
import { smartLines } from './ioreg-smart.ts'
import { textValue } from './ioreg-text.ts'
import { LineClipper } from './line-clipper.ts'

/** The search stack of the real tool holds this many levels. */
const maxDepth = 64

/** `ioreg` of IOKitTools 108, the one of 10.13 (facts: ioreg). */
export function ioreg(kernel: Kernel, hasArchive: boolean): Program {
  return async process => {
    const options = parseIoregOptions(process.argv, hasArchive)
    if (typeof options === 'string') {
      await process.stderr(options)
      return 1
    }
    const output = new ChunkedOutput(process.stdout)
    const walk: Walk = {
      boot: kernel.boot,
      options,
      bold: options.bold ? boldOf(process.env.TERM) : ['', ''],
      isCancelled: () => process.signal.aborted,
    }
    if (options.archive) {
      for (const piece of new ArchiveWriter(walk).pieces()) await output.put(piece)
    } else await new TextWriter(walk, output).write()
    await output.flush()
    return process.signal.aborted ? 1 : 0
  }
}

interface Walk {
  readonly boot: Boot
  readonly options: IoregOptions
  readonly bold: readonly [on: string, off: string]
  readonly isCancelled: () => boolean
}

/** Whether an entry satisfies the filters. Without any, none does. */
function satisfies({ boot, options }: Walk, entry: Entry): boolean {
  const { className, key, name, plane } = options
  if (className === null && key === null && name === null) return false
  if (className !== null && !boot.classes.conforms(entry.className, className)) return false
  if (key !== null && !entry.properties.has(key) && !entry.allProperties().has(key)) return false
  if (name === null) return true
  const own = entry.nameIn(plane)
  return (name.includes('@') ? `${own}@${entry.locationIn(plane) ?? ''}` : own) === name
}

/** A match, with the entries above it. */
interface Match {
  readonly entry: Entry
  readonly ancestors: readonly Entry[]
}

/**
 * `-r`: the matches from the root down. One inside a printed subtree is not repeated, unless it lies below
 * the depth cut (facts: ioreg, section 4).
 */
function* matches(walk: Walk): Generator<Match> {
  const { options, boot } = walk
  const ancestors: Entry[] = []
  function* search(entry: Entry, printedTo: number): Generator<Match> {
    const depth = ancestors.length
    let covered = printedTo
    if (depth >= covered && satisfies(walk, entry)) {
      yield { entry, ancestors: [...ancestors] }
      covered = options.depth === 0 ? Number.POSITIVE_INFINITY : depth + options.depth
    }
    if (covered === Number.POSITIVE_INFINITY || depth >= maxDepth) return
    ancestors.push(entry)
    for (const client of [...entry.clients(options.plane)]) yield* search(client, covered)
    ancestors.pop()
  }
  yield* search(boot.registry.root, 0)
}

class TextWriter {
  readonly #walk: Walk
  readonly #clip: LineClipper

  constructor(walk: Walk, output: ChunkedOutput) {
    this.#walk = walk
    this.#clip = new LineClipper(output, walk.options.width)
  }

  async write(): Promise<void> {
    const { options, boot } = this.#walk
    if (!options.subtree) {
      await this.#tree(boot.registry.root, false, 0, 0, 0n)
      return
    }
    for (const { entry, ancestors } of matches(this.#walk)) {
      if (options.trace) {
        // No sibling bars here, but each has a child that will be printed.
        for (const [depth, ancestor] of ancestors.entries()) {
          await this.#entry(ancestor, depth, 2n << BigInt(depth))
        }
      }
      const base = options.trace ? ancestors.length : 0
      await this.#tree(entry, false, base, base, 0n)
      await this.#clip.put('\n')
    }
  }

  /** @param bits bit d: the node at depth d has more siblings; bit depth + 1: it has clients to print. */
  async #tree(
    entry: Entry,
    hasMoreSiblings: boolean,
    depth: number,
    base: number,
    bits: bigint,
  ): Promise<void> {
    if (this.#walk.isCancelled() || depth >= maxDepth) return
    const { options } = this.#walk
    const clients = [...entry.clients(options.plane)]
    const goesOn = options.depth === 0 || options.depth > depth - base + 1
    const here = 1n << BigInt(depth)
    let mine = hasMoreSiblings ? bits | here : bits & ~here
    mine = goesOn && clients.length > 0 ? mine | (here << 1n) : mine & ~(here << 1n)
    await this.#entry(entry, depth, mine)
    if (!goesOn) return
    for (const [i, client] of clients.entries()) {
      await this.#tree(client, i < clients.length - 1, depth + 1, base, mine)
    }
  }

  async #entry(entry: Entry, depth: number, bits: bigint): Promise<void> {
    const { options, bold } = this.#walk
    const location = entry.locationIn(options.plane)
    const place = location === null ? '' : `@${location}`
    const name = `${bold[0]}${entry.nameIn(options.plane)}${bold[1]}${place}`
    await this.#clip.put(`${bars(depth, bits)}+-o ${name}  <class ${this.#describe(entry)}>\n`)
    if (options.list || satisfies(this.#walk, entry)) await this.#properties(entry, depth, bits)
  }

  #describe(entry: Entry): string {
    const { boot, options } = this.#walk
    const className = options.inheritance
      ? [...boot.classes.chain(entry.className)].reverse().slice(1).join(':')
      : entry.className
    const words = [className, `id 0x${entry.id.toString(16)}`]
    if (entry.service) {
      const { state, busyCount } = entry.service
      const word = (bit: number, name: string): string => `${state & bit ? '' : '!'}${name}`
      const busyNs = busyTimeOf(entry)
      words.push(
        word(ServiceState.registered, 'registered'),
        word(ServiceState.matched, 'matched'),
        state & ServiceState.inactive ? 'inactive' : 'active',
        `busy ${busyCount}${busyNs === 0n ? '' : ` (${busyNs / 1_000_000n} ms)`}`,
      )
    }
    words.push(`retain ${entry.retainCount}`)
    return words.join(', ')
  }

  async #properties(entry: Entry, depth: number, bits: bigint): Promise<void> {
    const prefix = bars(depth + 2, bits)
    const { options } = this.#walk
    await this.#clip.put(`${prefix}{\n`)
    for (const [key, value] of entry.allProperties()) {
      await this.#clip.put(`${prefix}  "${key}" = `)
      const lines = options.format ? smartLines(entry, key, value, options, depth, prefix) : null
      if (lines !== null) {
        await this.#clip.put(lines)
        continue
      }
      // Clipping works on lines, so it turns the breaks inside a value into blanks.
      const bytes = textValue(value, { isHex: options.hex })
      await this.#clip.put(
        options.width > 0 ? bytes.map(byte => (byte === 0x0a ? 0x20 : byte)) : bytes,
      )
      await this.#clip.put('\n')
    }
    await this.#clip.put(`${prefix}}\n${prefix}\n`)
  }
}

/** `| ` for every depth whose bit is set, else two blanks. */
function bars(count: number, bits: bigint): string {
  let line = ''
  for (let i = 0; i < count; i++) line += bits & (1n << BigInt(i)) ? '| ' : '  '
  return line
}

/** termcap's `md` and `me`; nothing for a terminal that is not known. */
function boldOf(term: string | undefined): readonly [string, string] {
  return term !== undefined && /^(?:xterm|vt100|screen|ansi)/.test(term)
    ? ['\x1b[1m', '\x1b[m']
    : ['', '']
}

/** Keys of a node's dictionary that are not the entry's own. They overwrite properties of the same name. */
const childrenKey = 'IORegistryEntryChildren'

/** A piece for every part of an entry: few enough that none of them costs a promise of its own inside. */
class ArchiveWriter {
  readonly #walk: Walk

  constructor(walk: Walk) {
    this.#walk = walk
  }

  *pieces(): Generator<string> {
    const { options, boot } = this.#walk
    if (!options.subtree) {
      yield xmlProlog
      yield* this.#node(boot.registry.root, 0, 0)
      yield xmlEpilog
      return
    }
    let count = 0
    for (const { entry, ancestors } of matches(this.#walk)) {
      if (count++ === 0) yield `${xmlProlog}<array>\n`
      yield* this.#traced(options.trace ? ancestors : [], 0, entry)
    }
    // Nothing found: not a byte is written (facts: ioreg, section 7).
    if (count > 0) yield `</array>\n${xmlEpilog}`
  }

  /** With `-t`, every ancestor's children are a single dictionary, not an array. */
  *#traced(ancestors: readonly Entry[], at: number, match: Entry): Generator<string> {
    const ancestor = ancestors[at]
    if (ancestor === undefined) yield* this.#node(match, 1 + at, 0)
    else yield* this.#dictionary(ancestor, 1 + at, this.#traced(ancestors, at + 1, match))
  }

  #node(entry: Entry, indent: number, depth: number): Generator<string> {
    const { options } = this.#walk
    const clients = [...entry.clients(options.plane)]
    const goesOn = options.depth === 0 || options.depth > depth + 1
    const hasChildren = goesOn && clients.length > 0 && depth < maxDepth
    return this.#dictionary(
      entry,
      indent,
      hasChildren ? this.#children(clients, indent + 1, depth + 1) : null,
    )
  }

  *#children(clients: readonly Entry[], indent: number, depth: number): Generator<string> {
    const edge = '\t'.repeat(indent)
    yield `${edge}<array>\n`
    for (const client of clients) {
      if (this.#walk.isCancelled()) return
      yield* this.#node(client, indent + 1, depth)
    }
    yield `${edge}</array>\n`
  }

  /** Keys in code unit order, the children's among them. */
  *#dictionary(
    entry: Entry,
    indent: number,
    children: Generator<string> | null,
  ): Generator<string> {
    const { options } = this.#walk
    const hasOwn = options.list || satisfies(this.#walk, entry)
    const properties: Properties = new Map(hasOwn ? entry.allProperties() : [])
    this.#addSynthetic(properties, entry)
    const keys = [...properties.keys()].filter(key => key !== childrenKey)
    if (children) keys.push(childrenKey)
    const edge = '\t'.repeat(indent)
    let piece = `${edge}<dict>\n`
    for (const key of keys.sort(byCodeUnit)) {
      piece += xmlKey(key, indent + 1)
      if (key === childrenKey) {
        yield piece
        piece = ''
        yield* children!
      } else {
        piece += xmlValue(properties.get(key)!, indent + 1)
      }
    }
    yield `${piece}${edge}</dict>\n`
  }

  #addSynthetic(properties: Properties, entry: Entry): void {
    const { plane } = this.#walk.options
    const name = entry.nameIn(plane)
    const location = entry.locationIn(plane)
    properties.set('IORegistryEntryName', text(name))
    if (location !== null) properties.set('IORegistryEntryLocation', text(location))
    properties.set('IORegistryEntryID', int(entry.id))
    // The tools of 10.8 to 10.13 write the entry's name here, not its class (facts: ioreg, section 7).
    properties.set('IOObjectClass', text(name))
    properties.set('IOObjectRetainCount', int(entry.retainCount))
    if (!entry.service) return
    properties.set('IOServiceState', int(entry.service.state >>> 0))
    properties.set('IOServiceBusyState', int(entry.service.busyCount))
    properties.set('IOServiceBusyTime', int(busyTimeOf(entry)))
  }
}
