import type { PersonalityOfInstance } from '../../core/matching/personality-of-instance.ts'
import type { Ownership } from '../../core/kext/owning-kext.ts'
import type { PropertyValue } from '../../core/registry/property-value.ts'
import { valueLine } from '../registry/format-value.ts'
import type { StackStep, StepRole } from './stack-model.ts'

export const roleWords: Readonly<Record<StepRole, string>> = {
  root: 'Root',
  expert: 'Platform expert',
  nub: 'Nub',
  driver: 'Driver',
  'user-client': 'User client',
  object: 'Object',
}

/** What the step is to the one above it. */
export function partOf(step: StackStep, above: string | null): string {
  const role = roleWords[step.role]
  if (above === null) return role
  switch (step.role) {
    case 'driver':
      return `Driver, matched on ${above}`
    case 'user-client':
      return step.process === null
        ? `User client of ${above}`
        : `User client, opened by ${step.process}`
    case 'nub':
      return `Nub, published by ${above}`
    case 'object':
      return `Attached to ${above}, not registered`
    case 'root':
    case 'expert':
      return role
  }
}

/** The three lines beside a step: whose code it is, what put it there, what was asked for. */
export function stepLines(step: StackStep): readonly (readonly [string, string])[] {
  const lines: (readonly [string, string])[] = [['Kext', ownerText(step.owner)]]
  const { personality } = step
  if (personality) {
    lines.push(
      ['Personality', personalityText(personality)],
      ['Matched on', askedText(personality)],
    )
  } else if (step.role === 'user-client') {
    lines.push(['Process', step.process ?? 'the dump does not say'])
  } else if (step.role === 'nub' || step.role === 'object') {
    lines.push(['Personality', 'none: its provider made it'])
  }
  return lines
}

export function ownerText(owner: Ownership): string {
  switch (owner.kind) {
    case 'property':
      return owner.bundleIdentifier
    case 'personality':
      return `${owner.bundleIdentifier} (by its class)`
    case 'ambiguous':
      return `one of ${owner.candidates.join(', ')}`
    case 'unknown':
      return 'not known'
  }
}

function personalityText({ names, score, category }: PersonalityOfInstance): string {
  const name =
    names.length === 0
      ? 'name not known'
      : names.length === 1
        ? names[0]!
        : `one of ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`
  const parts = [name]
  if (score !== null) parts.push(`score ${score}`)
  if (category !== 'IODefaultMatchCategory') parts.push(`category ${category}`)
  return parts.join(' · ')
}

function askedText({ providerClass, matchedOn }: PersonalityOfInstance): string {
  const asked = matchedOn.map(([key, value]) => `${key} ${askedValue(value)}`)
  return [providerClass ?? 'class not known', ...asked].join(' · ')
}

/** `Step 3 of 7. MyDriver, a driver, class MyDriver, registered. …` */
export function stepSentence(
  step: StackStep,
  part: string,
  place: { readonly index: number; readonly count: number; readonly isSelected: boolean },
  further: readonly string[],
): string {
  const state = step.state === null ? 'no service' : step.state
  const parts = [
    `${place.isSelected ? 'Selected, step' : 'Step'} ${place.index + 1} of ${place.count}`,
    `${step.label}, class ${step.className ?? 'not known'}, ${state}`,
    part,
    ...stepLines(step).map(([heading, value]) => `${heading}: ${value}`),
  ]
  if (further.length > 0) parts.push(`Also attached to ${further.join(', ')}`)
  return `${parts.join('. ')}.`
}

const mostListed = 4

/** What a personality asked for, in a line: the items of a short list, the keys of a small dictionary. */
function askedValue(value: PropertyValue): string {
  if ((value.kind === 'array' || value.kind === 'set') && value.items.length > 0) {
    const items = value.items.slice(0, mostListed).map(valueLine).join(', ')
    return value.items.length > mostListed ? `${items}, …` : items
  }
  if (value.kind === 'dictionary' && value.entries.length > 0) {
    const entries = value.entries
      .slice(0, mostListed)
      .map(([key, item]) => `${key} = ${valueLine(item)}`)
      .join(', ')
    return value.entries.length > mostListed ? `{ ${entries}, … }` : `{ ${entries} }`
  }
  return valueLine(value)
}
