import type { PlaneDraft } from '../registry/plane-draft.ts'
import { noString } from '../registry/snapshot.ts'
import { ArchiveEntryKeys, internChain, Role, type RoleCode } from './archive-entry-keys.ts'
import type { BinaryDocument } from './binary-document.ts'
import { BinaryProperties } from './binary-properties.ts'
import type { DumpOptions } from './dump-summary.ts'
import { guessPlane } from './guess-plane.ts'
import { walkTree } from './tree-walk.ts'

/**
 * `ioreg -a` turned into a binary property list (`plutil -convert binary1`): the same dictionaries as in
 * XML, in the order in which CoreFoundation keeps keys, which is none. Null when nothing in it is of a
 * registry entry.
 */
export function readBinaryArchive(
  { builder, view, source, problems }: BinaryDocument,
  options: DumpOptions,
): PlaneDraft | null {
  const roots = view.isArray(view.top) ? view.items(view.top) : [view.top]
  const plane = builder.addPlane(options.plane ?? '')
  const keys = new ArchiveEntryKeys(builder, plane, source, problems)
  const properties = new BinaryProperties(builder, view, source)
  const { strings, entries } = builder

  const take = (role: RoleCode, node: number, at: number): boolean => {
    const entry = plane.entry[node]!
    if (role === Role.classChain) {
      if (!view.isArray(at)) return false
      const names = view.items(at).map(item => view.text(item))
      if (names.length === 0 || names.includes(null)) return false
      const classes = names.map(name => new TextEncoder().encode(name ?? ''))
      entries.classChain[entry] = internChain(strings, classes)
      entries.textClass[entry] = strings.internText(names.at(-1)!)
      return true
    }
    if (role === Role.name || role === Role.location || role === Role.className) {
      const text = view.intern(strings, at)
      if (text !== noString) keys.setText(role, node, text)
      return text !== noString
    }
    const integer = view.integer(at)
    if (integer === null) return false
    const value = BigInt.asUintN(64, integer)
    if (integer !== value && integer !== BigInt.asIntN(64, integer)) return false
    return keys.setInteger(role, entry, Number(value & 0xffff_ffffn), Number(value >> 32n))
  }

  const enter = (at: number, parent: number): readonly [number, readonly number[]] => {
    if (!view.isDictionary(at)) {
      problems.note('malformed', at, 'A value that is no entry was skipped (%n times).')
      return [-1, []]
    }
    const node = plane.add(parent, entries.open())
    const entry = plane.entry[node]!
    let below: readonly number[] = []
    for (const [keyAt, value, reference] of view.pairs(at)) {
      const key = view.intern(strings, keyAt)
      if (key === noString) throw view.plist.malformed(keyAt, 'a string as a key')
      const role = keys.roleOf(key)
      if (role === Role.property) {
        properties.add(entry, key, value, reference)
      } else if (role === Role.children) {
        keys.sawSynthetic = true
        // With `-t` a single dictionary instead of an array (facts: ioreg, section 7).
        if (view.isDictionary(value)) below = [value]
        else if (view.isArray(value)) below = view.items(value)
        else keys.notUnderstood(value)
      } else {
        keys.sawSynthetic = true
        if (!take(role, node, value)) keys.notUnderstood(value)
      }
    }
    keys.closeNode(node)
    return [node, below]
  }

  const graph = { enter, placeOf: (at: number) => at, count: view.plist.objectCount }
  for (const root of roots) walkTree(root, graph, problems)
  if (plane.length > 0 && !keys.sawSynthetic) return null
  keys.finish([plane])
  if (plane.plane === '') plane.plane = guessPlane(builder, plane)
  return plane
}
