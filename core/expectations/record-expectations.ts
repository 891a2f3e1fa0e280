import { splitLogLine } from '../guest-facts/read-kernel-log.ts'
import type { InstalledKext } from '../kext/kext.ts'
import { versionNumber } from '../kext/version.ts'
import type { EntryIndex } from '../registry/snapshot.ts'
import { classesOf } from '../verify/compare-guests.ts'
import { hasState, type ObservedGuest, type RegistryView } from '../verify/observed-guest.ts'
import { isUserClient } from '../verify/state-words.ts'
import { chooseServices, viewOf } from './choose-services.ts'
import { evaluateService } from './evaluate-services.ts'
import type { ExpectedService, StateWord } from './expectations.ts'
import { testForLine } from './log-line-test.ts'
import { recordedProperties, type RecordedProperty } from './recorded-properties.ts'
import { yamlComment, yamlString } from './yaml-text.ts'

const mostServices = 50
const mostLogLines = 30

/**
 * A `kextant.yaml` that says what is there now: what the author has looked at and found good. Read back and asked of
 * the same guest, all of it passes; so what a dump does not tell is not written.
 *
 * Left out is what differs from one time to the next: user clients, which come and go with programs, and properties
 * that count, measure or point.
 */
export function recordExpectations(input: {
  readonly bundle: InstalledKext
  readonly guest: ObservedGuest
  /** Lines of the kernel log since it was loaded; empty where they are not known. */
  readonly logLines: readonly string[]
  /** Classes that its code defines, where they are known from that; else those of its personalities. */
  readonly ownClasses?: readonly string[]
}): string {
  const { bundle, guest, logLines } = input
  const own = input.ownClasses ?? classesOf(bundle)
  const name = yamlComment(bundle.bundleIdentifier)
  return [
    `# What ${name} showed when this was recorded. Take out what may differ another time.`,
    ...kextLines(bundle, guest),
    ...serviceLines(bundle, own, guest),
    ...logPart(logLines.filter(createOwnLine(bundle, own))),
    ...unloadLines(bundle, own, guest),
    '',
  ].join('\n')
}

function kextLines(bundle: InstalledKext, { kexts }: ObservedGuest): readonly string[] {
  const { bundleIdentifier } = bundle
  const loaded = kexts.find(each => each.bundleIdentifier === bundleIdentifier)
  const lines = ['kext:', `  identifier: ${yamlString(bundleIdentifier)}`]
  if (loaded === undefined) {
    const why =
      bundle.executable === null
        ? 'it has no code, so it is in no list'
        : 'it was not in the list when this was recorded'
    return [...lines, `  loaded: false # ${why}`]
  }
  const { version, uuid } = loaded
  const isVersion = versionNumber(version) !== null && !/\s/.test(version)
  return [
    ...lines,
    ...(isVersion ? [`  version: ${version}`] : []),
    ...(uuid === null ? [] : ['  uuid: build # that of the build on this computer']),
  ]
}

function serviceLines(
  bundle: InstalledKext,
  own: readonly string[],
  guest: ObservedGuest,
): readonly string[] {
  const view = viewOf(guest.snapshot)
  const seen = new Set<string>()
  const lines: string[] = []
  for (const entry of servicesOf(bundle, new Set(own), view)) {
    const className = view.classOf(entry)
    const provider = providerName(entry, view)
    const kind = JSON.stringify([className, provider])
    if (className === null || !isName(className) || seen.has(kind)) continue
    if (seen.size >= mostServices) break
    seen.add(kind)
    const service = strictest(className, provider, view)
    if (service !== null) lines.push(...linesOfService(service, entry, view))
  }
  return lines.length === 0 ? [] : ['', 'services:', ...lines]
}

/** Its class says more than its name, which a machine's firmware may have given it. */
function providerName(entry: EntryIndex, view: RegistryView): string | null {
  const provider = view.providerOf(entry)
  if (provider === null) return null
  const names = [view.classOf(provider), view.brief(provider).name]
  return names.find(name => name !== null && isName(name)) ?? null
}

/**
 * Services that the kext has made: drivers by their `CFBundleIdentifier` (facts: service-state, section 5) or by the
 * class of a personality, and below them the nubs, which have no such property.
 */
function servicesOf(
  bundle: InstalledKext,
  own: ReadonlySet<string>,
  view: RegistryView,
): readonly EntryIndex[] {
  const { entries } = view.snapshot
  const found = new Set<EntryIndex>()
  for (let entry = 0; entry < entries.length; entry++) {
    const owner = view.stringProperty(entry, 'CFBundleIdentifier')
    const isOwn =
      owner === null ? own.has(view.classOf(entry) ?? '') : owner === bundle.bundleIdentifier
    if (isOwn) found.add(entry)
  }
  for (const driver of found) {
    // What is added while this goes on is gone through too: nubs of nubs.
    for (const client of view.clientsOf(driver)) {
      if (view.stringProperty(client, 'CFBundleIdentifier') === null) found.add(client)
    }
  }
  return [...found].filter(
    entry =>
      hasState(view.snapshot, entry, 'inactive') !== true &&
      !isUserClient({ className: view.classOf(entry), classChain: view.classChainOf(entry) }),
  )
}

/** What can be said of these services so that it holds now; null where the dump tells too little. */
function strictest(
  className: string,
  provider: string | null,
  view: RegistryView,
): ExpectedService | null {
  const base = { ...anyOf(className), provider }
  const count = chooseServices(base, view).certain.length
  if (count === 0) return provider === null ? null : strictest(className, null, view)
  const exact = { ...base, count: { atLeast: count, atMost: count } }
  const service = passes(exact, view) ? exact : { ...base, count: atLeast(count) }
  const words: readonly StateWord[] = ['registered', '!registered', 'started', '!busy']
  const state = words.filter(word => passes({ ...service, state: [word] }, view))
  return { ...service, state }
}

function anyOf(className: string): ExpectedService {
  return {
    className,
    withSubclasses: false,
    provider: null,
    count: atLeast(1),
    state: [],
    properties: [],
    withinMs: null,
    line: null,
  }
}

function atLeast(count: number): ExpectedService['count'] {
  return { atLeast: count, atMost: null }
}

function passes(service: ExpectedService, { snapshot }: RegistryView): boolean {
  return evaluateService(service, snapshot).every(({ status }) => status === 'pass')
}

function linesOfService(
  service: ExpectedService,
  entry: EntryIndex,
  view: RegistryView,
): readonly string[] {
  const { className, provider, count, state } = service
  const properties = recordedProperties(view.snapshot, entry).filter(({ key, value }) => {
    const test = { kind: 'equals' as const, value }
    return passes({ ...service, properties: [{ key, test, line: null }] }, view)
  })
  const counted = count.atMost === null ? `at least ${count.atLeast}` : String(count.atMost)
  const words = state.join(' ')
  return [
    `  - class: ${yamlString(className ?? '')}`,
    ...(provider === null ? [] : [`    provider: ${yamlString(provider)}`]),
    `    count: ${counted}`,
    ...(words === '' ? [] : [`    state: ${words.startsWith('!') ? `'${words}'` : words}`]),
    ...propertyLines(properties),
  ]
}

function propertyLines(properties: readonly RecordedProperty[]): readonly string[] {
  if (properties.length === 0) return []
  const lines = properties.map(({ key, written }) => `      ${yamlString(key)}: ${written}`)
  return ['    properties:', ...lines]
}

/** What the kernel says of kexts, whoever they are (facts: kexts, sections 8 and 12). */
const kernelSpeaks =
  /^(?:Kext \S+ |Can't (?:un)?load kext |Failed to load kext |Refusing new kext|OSMetaClass: |kxld\[)/

/** Lines that name the kext or a class of it, and that it has written itself: others come by chance. */
function createOwnLine(bundle: InstalledKext, own: readonly string[]): (line: string) => boolean {
  const { bundleIdentifier, executable } = bundle
  const names = [bundleIdentifier, bundleIdentifier.split('.').at(-1), executable, ...own]
  const telling = names.filter(name => name != null && name.length > 2).map(String)
  return line => {
    const { text } = splitLogLine(line)
    return !kernelSpeaks.test(text) && telling.some(name => text.includes(name))
  }
}

function logPart(logLines: readonly string[]): readonly string[] {
  const written = new Set<string>()
  for (const line of logLines) {
    if (written.size >= mostLogLines) break
    const test = testForLine(line)
    if (test === null) continue
    written.add(
      test.kind === 'contains'
        ? `  - contains: ${yamlString(test.text)}`
        : `  - matches: ${yamlString(test.pattern)}`,
    )
  }
  if (written.size === 0) return []
  const remark = [...written].some(each => each.startsWith('  - matches'))
    ? ['  # numbers stand as patterns, for they may differ']
    : []
  return ['', 'log:', ...remark, ...written]
}

function unloadLines(
  bundle: InstalledKext,
  own: readonly string[],
  { kexts, classCounts }: ObservedGuest,
): readonly string[] {
  // What is not loaded cannot be unloaded.
  if (!kexts.some(each => each.bundleIdentifier === bundle.bundleIdentifier)) return []
  const counted = own.filter(name => isName(name) && classCounts?.has(name) === true)
  if (counted.length === 0) return []
  return [
    '',
    'unload:',
    '  # no more objects than before the load',
    '  classes:',
    ...counted.map(name => `    - ${yamlString(name)}`),
  ]
}

/** What the format takes for a name. */
function isName(text: string): boolean {
  return text !== '' && text.length <= 256 && text.trim() === text && !text.includes('\ufffd')
}
