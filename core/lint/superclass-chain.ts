/** A class as an executable or the sources define it. */
export interface ClassWithSuperclass {
  readonly name: string
  readonly superclass: string | null
}

/** The last superclass that is told, upwards from a class; null where none is. */
export function topmostKnown(
  from: ClassWithSuperclass,
  byName: ReadonlyMap<string, ClassWithSuperclass>,
): string | null {
  const seen = new Set<string>()
  let at: ClassWithSuperclass | undefined = from
  let top: string | null = null
  while (at !== undefined && !seen.has(at.name)) {
    seen.add(at.name)
    top = at.superclass
    at = top === null ? undefined : byName.get(top)
  }
  return top
}
