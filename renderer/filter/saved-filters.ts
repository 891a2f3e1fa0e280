import type { ColourRule, RuleColour, SavedFilter } from '../../core/contract/preferences.ts'
import { ruleColours } from '../../core/contract/preferences.ts'
import { parseFilter } from '../../core/query/filter/parse-filter.ts'
import { visibleText } from '../widgets/visible-text.ts'

/** Saved under a name: a filter of that name, whatever the case, gets the new text. */
export function withSaved(
  saved: readonly SavedFilter[],
  name: string,
  filter: string,
): SavedFilter[] {
  const wanted = name.trim()
  const same = saved.find(one => one.name.toLowerCase() === wanted.toLowerCase())
  if (!same) return [...saved, { id: newId(saved), name: wanted, filter }]
  return saved.map(one => (one === same ? { ...one, name: wanted, filter } : one))
}

/** What is not there yet: short, and the same in a test each time. */
export function newId(items: readonly { readonly id: string }[]): string {
  const taken = new Set(items.map(({ id }) => id))
  let number = items.length + 1
  while (taken.has(String(number))) number++
  return String(number)
}

/** A rule after those that are there, in a colour that none of them has as long as there is one. */
export function newRule(
  rules: readonly ColourRule[],
  { name, filter }: { readonly name: string; readonly filter: string },
): ColourRule {
  const used = new Set(rules.map(({ colour }) => colour))
  const colour: RuleColour = ruleColours.find(one => !used.has(one)) ?? ruleColours[0]
  return { id: newId(rules), name, filter, colour, isOn: true }
}

/** An item one place up or down; the list as it is where there is no such place. */
export function moved<T>(items: readonly T[], index: number, step: 1 | -1): readonly T[] {
  const to = index + step
  if (index < 0 || to < 0 || to >= items.length) return items
  const after = [...items]
  const [item] = after.splice(index, 1)
  after.splice(to, 0, item!)
  return after
}

/** A name that says something of a filter that has none: its beginning. */
export function nameFor(filter: string): string {
  const text = filter.trim().replace(/\s+/g, ' ')
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`
}

/** Why filters with names cannot be saved as they are, or null. */
export function whyNotSaved(
  items: readonly { readonly name: string; readonly filter: string }[],
): string | null {
  for (const { name, filter } of items) {
    if (name.trim() === '') return 'One of them has no name.'
    if (filter.trim() === '') return `The filter of “${visibleText(name)}” is empty.`
    if (!parseFilter(filter).ok) return `The filter of “${visibleText(name)}” does not read.`
  }
  return null
}
