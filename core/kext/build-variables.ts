import type { DictionaryValue, PropertyValue } from '../registry/property-value.ts'

/** Whether a text is for a build to replace: `$(NAME)`, `${NAME}`, `$NAME`, `@NAME@`. */
export function isUnexpanded(text: string): boolean {
  return /\$[({]|\$[A-Z]{2}|^@\w+@$/.test(text)
}

/** The keys of a personality under which a build variable stands, with a dot for each level: `IOPropertyMatch.model`. */
export function unexpandedKeys(personality: DictionaryValue): readonly string[] {
  const found = new Set<string>()
  const open: [string, PropertyValue][] = [...personality.entries]
    .reverse()
    .map(([...pair]) => pair)
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [key, value] = next
    switch (value.kind) {
      case 'string':
        if (isUnexpanded(value.text)) found.add(key)
        break
      case 'dictionary':
        for (const [name, inner] of [...value.entries].reverse())
          open.push([`${key}.${name}`, inner])
        break
      case 'array':
      case 'set':
        for (const item of [...value.items].reverse()) open.push([key, item])
        break
      default:
    }
  }
  return [...found]
}
