/** What a test wants of an executable. */
export interface WantedImage {
  readonly architecture: 'x86_64' | 'i386' | 'ppc' | 'ppc64' | 'arm64e' | 'arm64'
  /** MH_KEXT_BUNDLE unless said otherwise. */
  readonly fileType?: number
  /** 16 bytes; left out: no LC_UUID. */
  readonly uuid?: readonly number[]
  /** Null: no `_kmod_info`. */
  readonly kmod?: { readonly name: string; readonly version: string } | null
  readonly classes?: readonly {
    readonly name: string
    readonly superclass: string
    readonly hasVtable?: boolean
  }[]
  /** How the pointer to a superclass from elsewhere is told. */
  readonly imports?: 'relocation' | 'section-relocation' | 'chained' | 'nothing'
  /** `pointer_format` and `imports_format` of chained fixups. */
  readonly chained?: { readonly pointers: number; readonly imports: number }
  /** Undefined symbols beside the metaclasses. */
  readonly undefinedSymbols?: readonly string[]
}

const cpus = {
  x86_64: { type: 0x0100_0007, subtype: 3, is64Bit: true, isLittle: true },
  i386: { type: 7, subtype: 3, is64Bit: false, isLittle: true },
  ppc: { type: 18, subtype: 0, is64Bit: false, isLittle: false },
  ppc64: { type: 0x0100_0012, subtype: 0, is64Bit: true, isLittle: false },
  arm64e: { type: 0x0100_000c, subtype: 0x8000_0002, is64Bit: true, isLittle: true },
  arm64: { type: 0x0100_000c, subtype: 0, is64Bit: true, isLittle: true },
} as const

const textAddress = 0x4000
const dataAddress = 0x8000

interface Symbol {
  readonly name: string
  readonly type: number
  readonly address: number
}

/**
 * A small Mach-O file:
 *
 *   __TEXT 0x4000   the headers
 *   __DATA 0x8000   kmod_info, then for each class: gMetaClass, superClass, vtable, a word each
 *   behind them     relocations, chained fixups, symbols, strings
 */
export function writeMachO(wanted: WantedImage): Uint8Array {
  const cpu = cpus[wanted.architecture]
  const { is64Bit, isLittle } = cpu
  const word = is64Bit ? 8 : 4
  const classes = wanted.classes ?? []
  const by = wanted.imports ?? 'relocation'
  const kmod = wanted.kmod === undefined ? { name: 'com.example.Foo', version: '1.0' } : wanted.kmod
  const kmodBytes = kmod === null ? 0 : is64Bit ? 200 : 168

  const symbols: Symbol[] = []
  const place = new Map<string, { meta: number; superclass: number }>()
  let at = dataAddress + kmodBytes
  if (kmod !== null) symbols.push({ name: '_kmod_info', type: 0x0f, address: dataAddress })
  for (const { name, hasVtable = true } of classes) {
    place.set(name, { meta: at, superclass: at + word })
    const mangled = `${name.length}${name}`
    symbols.push({ name: `__ZN${mangled}10gMetaClassE`, type: 0x0f, address: at })
    symbols.push({ name: `__ZN${mangled}10superClassE`, type: 0x0f, address: at + word })
    if (hasVtable) symbols.push({ name: `__ZTV${mangled}`, type: 0x0f, address: at + 2 * word })
    at += 3 * word
  }
  const dataBytes = at - dataAddress
  const imported = [...new Set(classes.map(each => each.superclass).filter(s => !place.has(s)))]
  const importNames = imported.map(name => `__ZN${name.length}${name}10gMetaClassE`)
  // A debugging symbol first, so that indices count those too.
  symbols.unshift({ name: 'debug', type: 0x64, address: 0 })
  const firstImport = symbols.length
  for (const name of importNames) symbols.push({ name, type: 0x01, address: 0 })
  for (const name of wanted.undefinedSymbols ?? []) symbols.push({ name, type: 0x01, address: 0 })

  const segmentBytes = is64Bit ? 72 : 56
  const sectionBytes = is64Bit ? 80 : 68
  const hasChains = by === 'chained'
  const commandBytes =
    2 * segmentBytes + sectionBytes + 24 + 80 + (wanted.uuid ? 24 : 0) + (hasChains ? 16 : 0)
  const headerBytes = is64Bit ? 32 : 28
  const dataStart = headerBytes + commandBytes
  const relocated = classes.filter(each => !place.has(each.superclass))
  const hasRelocations = by === 'relocation' || by === 'section-relocation'
  const relocationStart = dataStart + dataBytes
  const relocationCount = hasRelocations ? relocated.length : 0
  const chains = hasChains ? chainedFixups(importNames, wanted.chained!) : new Uint8Array(0)
  const chainStart = relocationStart + relocationCount * 8
  const symbolStart = chainStart + chains.length
  const symbolBytes = is64Bit ? 16 : 12
  const stringStart = symbolStart + symbols.length * symbolBytes
  const strings = `\0${symbols.map(({ name }) => `${name}\0`).join('')}`

  const out = new Uint8Array(stringStart + strings.length)
  const view = new DataView(out.buffer)
  const put32 = (where: number, value: number): void => view.setUint32(where, value >>> 0, isLittle)
  const putWord = (where: number, value: number | bigint): void =>
    is64Bit ? view.setBigUint64(where, BigInt(value), isLittle) : put32(where, Number(value))
  const putText = (where: number, text: string): void => out.set(Buffer.from(text, 'latin1'), where)

  const commandCount = 4 + (wanted.uuid ? 1 : 0) + (hasChains ? 1 : 0)
  const header = [
    is64Bit ? 0xfeed_facf : 0xfeed_face,
    cpu.type,
    cpu.subtype,
    wanted.fileType ?? 0xb,
    commandCount,
    commandBytes,
    0,
  ]
  header.forEach((value, i) => put32(i * 4, value))
  let command = headerBytes
  const segment = (name: string, address: number, start: number, bytes: number, count: number) => {
    put32(command, is64Bit ? 0x19 : 0x1)
    put32(command + 4, segmentBytes + count * sectionBytes)
    putText(command + 8, name)
    putWord(command + 24, address)
    putWord(command + 24 + word, bytes)
    putWord(command + 24 + 2 * word, start)
    putWord(command + 24 + 3 * word, bytes)
    put32(command + (is64Bit ? 64 : 48), count)
    command += segmentBytes
  }
  segment('__TEXT', textAddress, 0, dataStart, 0)
  segment('__DATA', dataAddress, dataStart, dataBytes, 1)
  putText(command, '__data')
  putText(command + 16, '__DATA')
  putWord(command + 32, dataAddress)
  putWord(command + 32 + word, dataBytes)
  put32(command + 32 + 2 * word, dataStart)
  if (by === 'section-relocation') {
    put32(command + (is64Bit ? 56 : 48), relocationStart)
    put32(command + (is64Bit ? 60 : 52), relocationCount)
  }
  command += sectionBytes
  const symtab = [0x2, 24, symbolStart, symbols.length, stringStart, strings.length]
  symtab.forEach((value, i) => put32(command + i * 4, value))
  command += 24
  put32(command, 0xb)
  put32(command + 4, 80)
  if (by === 'relocation') {
    put32(command + 64, relocationStart)
    put32(command + 68, relocationCount)
  }
  command += 80
  if (wanted.uuid) {
    put32(command, 0x1b)
    put32(command + 4, 24)
    out.set(wanted.uuid, command + 8)
    command += 24
  }
  if (hasChains) {
    ;[0x8000_0034, 16, chainStart, chains.length].forEach((v, i) => put32(command + i * 4, v))
    command += 16
  }

  const inFile = (address: number): number => dataStart + address - dataAddress
  if (kmod !== null) {
    put32(dataStart + (is64Bit ? 8 : 4), 1)
    putText(dataStart + (is64Bit ? 16 : 12), kmod.name)
    putText(dataStart + (is64Bit ? 80 : 76), kmod.version)
  }
  for (const each of classes) {
    const { superclass } = place.get(each.name)!
    const own = place.get(each.superclass)
    const ordinal = imported.indexOf(each.superclass)
    putWord(
      inFile(superclass),
      hasChains
        ? chainedPointer(wanted.chained!.pointers, own?.meta ?? null, ordinal)
        : (own?.meta ?? 0),
    )
  }
  if (hasRelocations) {
    const base = by === 'relocation' ? textAddress : dataAddress
    relocated.forEach((each, i) => {
      const symbol = firstImport + imported.indexOf(each.superclass)
      const length = is64Bit ? 3 : 2
      put32(relocationStart + i * 8, place.get(each.name)!.superclass - base)
      put32(
        relocationStart + i * 8 + 4,
        isLittle ? symbol | (length << 25) | (1 << 27) : (symbol << 8) | (length << 5) | (1 << 4),
      )
    })
  }
  out.set(chains, chainStart)
  let name = 1
  symbols.forEach((symbol, i) => {
    const entry = symbolStart + i * symbolBytes
    put32(entry, name)
    out[entry + 4] = symbol.type
    out[entry + 5] = symbol.type === 0x0f ? 1 : 0
    putWord(entry + 8, symbol.address)
    name += symbol.name.length + 1
  })
  putText(stringStart, strings)
  return out
}

/** The bits that `pointer_format` wants: an address in the image, or an import by its number. */
function chainedPointer(format: number, address: number | null, ordinal: number): bigint {
  const isArm = format === 1 || format === 7 || format === 9 || format === 12
  if (address === null) return (isArm ? 1n << 62n : 1n << 63n) | (0x5n << 51n) | BigInt(ordinal)
  const isOffset = format !== 1 && format !== 2
  // `next`, which is no part of the address.
  return (0x3n << 51n) | BigInt(isOffset ? address - textAddress : address)
}

function chainedFixups(
  names: readonly string[],
  { pointers, imports }: { readonly pointers: number; readonly imports: number },
): Uint8Array {
  const starts = 28
  const inSegment = starts + 4 + 2 * 4
  const importsAt = inSegment + 24
  const each = imports === 1 ? 4 : imports === 2 ? 8 : 16
  const symbolsAt = importsAt + names.length * each
  const strings = `\0${names.map(name => `${name}\0`).join('')}`
  const out = new Uint8Array(symbolsAt + strings.length)
  const view = new DataView(out.buffer)
  ;[0, starts, importsAt, symbolsAt, names.length, imports, 0].forEach((value, i) =>
    view.setUint32(i * 4, value, true),
  )
  view.setUint32(starts, 2, true)
  // __TEXT has no pointers; __DATA begins behind the two offsets, counted from `starts`.
  view.setUint32(starts + 8, inSegment - starts, true)
  view.setUint32(inSegment, 24, true)
  view.setUint16(inSegment + 4, 0x4000, true)
  view.setUint16(inSegment + 6, pointers, true)
  let name = 1
  names.forEach((text, i) => {
    const at = importsAt + i * each
    if (imports === 3) view.setBigUint64(at, (BigInt(name) << 32n) | 1n, true)
    else view.setUint32(at, ((name << 9) | 1) >>> 0, true)
    name += text.length + 1
  })
  out.set(Buffer.from(strings, 'latin1'), symbolsAt)
  return out
}

/** Several images in one file, each at a multiple of 16. */
export function writeFat(
  images: readonly (readonly [WantedImage['architecture'], Uint8Array])[],
  is64 = false,
): Uint8Array {
  const each = is64 ? 32 : 20
  let at = Math.ceil((8 + images.length * each) / 16) * 16
  const places = images.map(([, { length }]) => {
    const start = at
    at = Math.ceil((at + length) / 16) * 16
    return start
  })
  const out = new Uint8Array(at)
  const view = new DataView(out.buffer)
  view.setUint32(0, is64 ? 0xcafe_babf : 0xcafe_babe)
  view.setUint32(4, images.length)
  images.forEach(([architecture, bytes], i) => {
    const entry = 8 + i * each
    view.setUint32(entry, cpus[architecture].type)
    view.setUint32(entry + 4, cpus[architecture].subtype)
    if (is64) {
      view.setBigUint64(entry + 8, BigInt(places[i]!))
      view.setBigUint64(entry + 16, BigInt(bytes.length))
    } else {
      view.setUint32(entry + 8, places[i]!)
      view.setUint32(entry + 12, bytes.length)
    }
    out.set(bytes, places[i])
  })
  return out
}
