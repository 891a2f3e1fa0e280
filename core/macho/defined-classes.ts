import type { ByteReader } from './bytes.ts'
import type { ReadPointer } from './chained-fixups.ts'
import { classOfMetaClassSymbol, classOfSuperClassSymbol, vtableSymbol } from './class-symbols.ts'
import { fileOffsetOf, type Layout } from './layout.ts'
import type { DefinedClass } from './mach-o.ts'
import type { MachOSymbol } from './symbols.ts'

/** Where a class keeps the pointer to its superclass's metaclass: the symbol `superClassE`. */
export interface SuperclassPointer {
  readonly className: string
  readonly address: bigint
}

/** No kext has a tenth of it. */
const mostClasses = 20_000

/**
 * The classes that the image defines: exactly the set that the kernel's linker uses (facts: kexts, section 14).
 *
 * @param gap told, in a phrase, when there are more than any kext has
 */
export function superclassPointers(
  symbols: readonly MachOSymbol[],
  gap: (phrase: string) => void,
): readonly SuperclassPointer[] {
  const found = new Map<string, SuperclassPointer>()
  for (const { name, isUndefined, address } of symbols) {
    const className = isUndefined ? null : classOfSuperClassSymbol(name)
    if (className === null || found.has(className)) continue
    if (found.size === mostClasses) {
      gap(`it defines more than ${mostClasses} classes`)
      break
    }
    found.set(className, { className, address })
  }
  return [...found.values()]
}

/** How the pointers of an image are to be read. */
export interface Pointers {
  readonly reader: ByteReader
  readonly layout: Layout
  readonly is64Bit: boolean
  readonly symbols: readonly MachOSymbol[]
  /** Address -> symbol, by index. */
  readonly relocations: ReadonlyMap<bigint, number>
  readonly chained: ReadPointer | null
}

/** What the linker puts where the pointer stands names the superclass. */
export function definedClasses(
  found: readonly SuperclassPointer[],
  pointers: Pointers,
): readonly DefinedClass[] {
  const names = new Set<string>()
  const classAt = new Map<bigint, string>()
  for (const { name, isUndefined, address } of pointers.symbols) {
    if (isUndefined || name === '') continue
    names.add(name)
    const className = classOfMetaClassSymbol(name)
    if (className !== null) classAt.set(address, className)
  }
  return found.map(({ className, address }) => ({
    name: className,
    superclass: superclassAt(pointers, classAt, address),
    hasVtable: names.has(vtableSymbol(className)),
  }))
}

function superclassAt(
  { reader, layout, is64Bit, symbols, relocations, chained }: Pointers,
  classAt: ReadonlyMap<bigint, string>,
  address: bigint,
): string | null {
  const relocated = relocations.get(address)
  if (relocated !== undefined) return classOfMetaClassSymbol(symbols[relocated]?.name ?? '')
  const offset = fileOffsetOf(layout.segments, address)
  if (offset === null || offset + (is64Bit ? 8 : 4) > reader.length) return null
  const raw = reader.word(offset, is64Bit)
  const pointer =
    chained === null ? ({ kind: 'address', address: raw } as const) : chained(address, raw)
  switch (pointer.kind) {
    case 'import':
      return classOfMetaClassSymbol(pointer.symbol)
    case 'address':
      return classAt.get(pointer.address) ?? null
    case 'unknown':
      return null
  }
}
