/**
 * The symbols that `OSDefineMetaClassAndStructors` makes of a class (facts: kexts, section 14), in the mangling of
 * C++, with the underscore that Mach-O puts in front: `__ZN5MyKext10superClassE`.
 */
export function vtableSymbol(name: string): string {
  return `__ZTV${name.length}${name}`
}

/** The class whose `superClassE` this symbol is, or null. */
export function classOfSuperClassSymbol(symbol: string): string | null {
  return classOf(symbol, '10superClassE')
}

/** The class whose `gMetaClassE` this symbol is, or null. */
export function classOfMetaClassSymbol(symbol: string): string | null {
  return classOf(symbol, '10gMetaClassE')
}

function classOf(symbol: string, ending: string): string | null {
  if (!symbol.startsWith('__ZN') || !symbol.endsWith(ending)) return null
  // The length is written in front; a name does not begin with a digit, so it ends where the name begins.
  const found = /^(\d{1,4})([A-Za-z_$][\w$]*)$/.exec(symbol.slice(4, -ending.length))
  if (found === null || found[2]!.length !== Number(found[1])) return null
  return found[2]!
}
