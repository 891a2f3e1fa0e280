import { valueNotation } from '../registry/value-notation.ts'
import type {
  AnyInstance,
  Expectations,
  ExpectedLogLine,
  ExpectedProperty,
  ExpectedService,
} from './expectations.ts'
import { shortened } from './shapes.ts'

// What is expected, as claims: the same words before anything runs and beside what was seen.

export function loadedTitle(isLoaded: boolean, bundleIdentifier: string): string {
  return isLoaded
    ? `${bundleIdentifier} is loaded`
    : `${bundleIdentifier} is not in the list of loaded kexts`
}

export function versionTitle(version: string): string {
  return `its version is ${version}`
}

export function uuidTitle(uuid: string): string {
  return uuid === 'build' ? 'its UUID is that of the build' : `its UUID is ${uuid}`
}

export function anyInstanceTitle({ personalities }: AnyInstance): string {
  const [only] = personalities
  return personalities.length === 1
    ? `its personality “${shortened(only!.name)}” has an instance`
    : `at least one of its ${personalities.length} personalities has an instance`
}

/** `one service of class MyKext on IOResources, registered, !busy`. */
export function serviceTitle(service: ExpectedService): string {
  const { state, withinMs, count } = service
  const isOne = count.atMost === 1 || (count.atMost === null && count.atLeast === 1)
  const noun = isOne || count.atMost === 0 ? 'service' : 'services'
  const which = service.className === null ? 'that' : 'of class'
  const words = [`${countWords(count)} ${noun} ${which} ${kindOf(service)}`, ...state]
  const within = withinMs === null ? '' : `, within ${durationText(withinMs)}`
  return `${words.join(', ')}${within}`
}

/** `MyKext or a subclass on IOResources`; `“class:IOMedia busy > 0” finds on IOResources`. */
function kindOf({ className, filter, withSubclasses, provider }: ExpectedService): string {
  const subclasses = withSubclasses ? ' or a subclass' : ''
  const on = provider === null ? '' : ` on ${provider}`
  if (filter === undefined) return `${className}${subclasses}${on}`
  const found = `“${shortened(filter)}” finds`
  return className === null ? `${found}${on}` : `${className}${subclasses} that ${found}${on}`
}

function countWords({ atLeast, atMost }: ExpectedService['count']): string {
  if (atMost === 0) return 'no'
  if (atMost === null)
    return atLeast <= 1 ? (atLeast === 1 ? 'at least one' : 'any number of') : `at least ${atLeast}`
  if (atLeast === atMost) return atLeast === 1 ? 'one' : String(atLeast)
  return atLeast === 0 ? `at most ${atMost}` : `${atLeast} to ${atMost}`
}

/** `“IOMatchCategory” of MyKext on IOResources is "MyKext"`. */
export function propertyTitle(service: ExpectedService, { key, test }: ExpectedProperty): string {
  const whose = service.className === null ? `what ${kindOf(service)}` : kindOf(service)
  const subject = `“${shortened(key)}” of ${whose}`
  switch (test.kind) {
    case 'equals':
      return `${subject} is ${shortened(valueNotation(test.value), 100)}`
    case 'contains':
      return `${subject} contains “${shortened(test.text)}”`
    case 'matches':
      return `${subject} matches /${shortened(test.pattern)}/`
    case 'present':
      return `${subject} is there`
    case 'absent':
      return `${subject} is not there`
  }
}

export function logTitle({ test, isWanted }: ExpectedLogLine): string {
  const line =
    test.kind === 'contains'
      ? `that contains “${shortened(test.text)}”`
      : `that matches /${shortened(test.pattern)}/`
  return `${isWanted ? 'a' : 'no'} line of the kernel log ${line}`
}

export function baselineTitle(className: string): string {
  return `no more objects of class ${className} than before the load`
}

/** One line for each thing that will be asked, in the order of the report. */
export function describeExpectations(expectations: Expectations): readonly string[] {
  const { kext, bundleIdentifier, anyInstance, services, log } = expectations
  const linesOf = (when: ExpectedLogLine['when']): readonly string[] =>
    log.filter(each => each.when === when).map(logTitle)
  return [
    ...(kext === null ? [] : [loadedTitle(kext.isLoaded, bundleIdentifier)]),
    ...(kext?.version == null ? [] : [versionTitle(kext.version)]),
    ...(kext?.uuid == null ? [] : [uuidTitle(kext.uuid)]),
    ...(anyInstance == null ? [] : [anyInstanceTitle(anyInstance)]),
    ...services.flatMap(service => [
      serviceTitle(service),
      ...service.properties.map(property => propertyTitle(service, property)),
    ]),
    ...linesOf('load'),
    ...expectations.classesBackToBaseline.map(
      ({ className }) => `after the unload: ${baselineTitle(className)}`,
    ),
    ...linesOf('unload').map(line => `after the unload: ${line}`),
  ]
}

/** `500 ms`, `2.5 s`, `2 min`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${ms} ms`
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${Math.round(ms / 100) / 10} s`
}
