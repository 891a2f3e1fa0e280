/**
 * The symbols that `OSDefineMetaClassAndStructors` makes of a class (facts: kexts, section 14), with the
 * underscore that Mach-O puts in front.
 */
export const metaClassSymbol = (name: string): string => `__ZN${name.length}${name}10gMetaClassE`
export const metaClassPointerSymbol = (name: string): string =>
  `__ZN${name.length}${name}9metaClassE`
export const superClassSymbol = (name: string): string => `__ZN${name.length}${name}10superClassE`
export const vtableSymbol = (name: string): string => `__ZTV${name.length}${name}`
export const metaVtableSymbol = (name: string): string => `__ZTVN${name.length}${name}9MetaClassE`

/** @returns the class whose `superClassE` this symbol is, or null. */
export function classOfSuperClassSymbol(symbol: string): string | null {
  return classOf(symbol, '10superClassE')
}

/** @returns the class whose `gMetaClassE` this symbol is, or null. */
export function classOfMetaClassSymbol(symbol: string): string | null {
  return classOf(symbol, '10gMetaClassE')
}

function classOf(symbol: string, ending: string): string | null {
  const match = /^__ZN(\d{1,4})/.exec(symbol)
  if (!match || !symbol.endsWith(ending)) return null
  const name = symbol.slice(match[0].length, -ending.length)
  return name.length === Number(match[1]) ? name : null
}
