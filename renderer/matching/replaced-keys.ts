import { refKey, type PersonalityRef } from './personality-ref.ts'

/** Personalities that are taken to be gone while what-if is on, by their keys. */
export function replacedKeys(
  parts: readonly { readonly replaces: readonly PersonalityRef[] }[],
): ReadonlySet<string> {
  return new Set(parts.flatMap(({ replaces }) => replaces.map(refKey)))
}
