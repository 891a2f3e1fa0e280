import { stringAt } from '../../../core/registry/property-value.ts'
import { ServiceState } from '../../../core/registry/snapshot.ts'
import type { Boot } from './boot.ts'
import { adjustBusy } from './busy.ts'
import type { CatalogueEntry } from './catalogue.ts'
import { createEntry } from './create-entry.ts'
import { passiveMatch } from './passive-match.ts'
import type { Entry } from './registry.ts'
import { runRoutine } from './run-routine.ts'
import { int32, propertiesOf, stringOf, stringsOf, text } from './values.ts'

export const defaultCategory = 'IODefaultMatchCategory'

interface Candidate {
  readonly personality: CatalogueEntry
  readonly category: string
  readonly score: number
  readonly nameMatched: string | null
}

interface Probed {
  readonly driver: Entry
  readonly category: string
  readonly score: number
}

/** `IOService::probeCandidates`: filter, probe, then start the best of each category (facts: matching, section 3). */
export async function probeCandidates(boot: Boot, provider: Entry): Promise<void> {
  for (;;) {
    const candidates = filterCandidates(boot, provider)
    const missing = candidates.find(c => !hasModule(boot, c.personality))
    if (!missing) {
      await startBest(boot, provider, await probeAll(boot, provider, candidates))
      return
    }
    // A kext has to be loaded first: the whole pass stops and starts again (facts: matching, 3 step 4).
    await loadModule(boot, provider, moduleOf(missing.personality))
    if (!isActive(provider)) return
  }
}

function filterCandidates(boot: Boot, provider: Entry): readonly Candidate[] {
  const candidates: Candidate[] = []
  for (const personality of boot.catalogue.findDrivers(boot.classes.chain(provider.className))) {
    const category = stringAt(personality, 'IOMatchCategory') ?? defaultCategory
    if (isTaken(provider, category)) continue
    const match = passiveMatch(boot, provider, personality)
    if (!match.isMatch) continue
    candidates.push({ personality, category, score: match.score, nameMatched: match.nameMatched })
  }
  return candidates.sort((a, b) => b.score - a.score)
}

/** An active client of the provider has this category already. */
function isTaken(provider: Entry, category: string): boolean {
  return provider
    .clients()
    .some(
      client => isActive(client) && stringOf(client.properties.get('IOMatchCategory')) === category,
    )
}

function isActive(entry: Entry): boolean {
  return ((entry.service?.state ?? 0) & ServiceState.inactive) === 0
}

function moduleOf(personality: CatalogueEntry): string {
  return stringAt(personality, 'CFBundleIdentifier') ?? ''
}

function hasModule(boot: Boot, personality: CatalogueEntry): boolean {
  const module = moduleOf(personality)
  return module === '' || module === 'com.apple.kernel' || boot.kexts.get(module) !== undefined
}

/** The provider is stalled, and counts one busy more, until the daemon has answered. */
async function loadModule(boot: Boot, provider: Entry, module: string): Promise<void> {
  adjustBusy(provider, 1)
  const isLoaded = await boot.hooks.requestLoad(module)
  if (!isLoaded) boot.catalogue.removeBundle(module)
  adjustBusy(provider, -1)
}

async function probeAll(
  boot: Boot,
  provider: Entry,
  candidates: readonly Candidate[],
): Promise<readonly Probed[]> {
  const probed: Probed[] = []
  for (const { personality, category, score, nameMatched } of candidates) {
    const className = stringAt(personality, 'IOClass')
    if (className === undefined || !boot.classes.conforms(className, 'IOService')) {
      boot.log.line(`Couldn't alloc class "${className ?? ''}"`)
      continue
    }
    const properties = propertiesOf(personality)
    properties.set('IOMatchCategory', text(category))
    if (nameMatched !== null) properties.set('IONameMatched', text(nameMatched))
    const driver = createEntry(boot, className, className, properties)
    boot.registry.attach(driver, provider)
    await boot.scheduler.delay(3 + Math.random() * 7)
    const result = await runRoutine(boot, driver, 'probe', score)
    boot.registry.detach(driver, provider)
    if (!result.isTrue || !isActive(provider)) {
      discard(boot, driver)
      continue
    }
    properties.set('IOProbeScore', int32(result.score).value)
    probed.push({ driver, category, score: result.score })
  }
  return probed
}

/** Per category, best score first until one starts; the others are gone without a trace. */
async function startBest(boot: Boot, provider: Entry, probed: readonly Probed[]): Promise<void> {
  const categories = new Set(probed.map(p => p.category))
  for (const category of categories) {
    const inOrder = probed.filter(p => p.category === category).sort((a, b) => b.score - a.score)
    let hasStarted = false
    for (const { driver } of inOrder) {
      if (hasStarted || !isActive(provider)) discard(boot, driver)
      else hasStarted = await start(boot, provider, driver)
    }
  }
}

async function start(boot: Boot, provider: Entry, driver: Entry): Promise<boolean> {
  const part = driver.service!
  boot.registry.attach(driver, provider)
  part.isStarting = true
  await waitForResources(boot, provider, driver)
  await boot.scheduler.delay(5 + Math.random() * 20)
  const { isTrue } = await runRoutine(boot, driver, 'start', 0)
  part.isStarting = false
  boot.scheduler.moved()
  if (isTrue) return true
  for (const client of [...driver.clients()]) {
    boot.registry.detachFromAll(client)
    boot.classes.freed(client.className)
  }
  boot.registry.detachFromAll(driver)
  discard(boot, driver)
  return false
}

/** `IOResourceMatch` on anything but IOResources is waited for before `start()` (facts: matching, 3.1). */
async function waitForResources(boot: Boot, provider: Entry, driver: Entry): Promise<void> {
  if (provider.className === 'IOResources') return
  const wanted = stringsOf(driver.properties.get('IOResourceMatch'))
  if (wanted.length === 0) return
  await boot.scheduler.until(() => {
    const resources = [...boot.registry.entries()].find(e => e.className === 'IOResources')
    return wanted.every(name => resources?.properties.has(name))
  })
}

function discard(boot: Boot, driver: Entry): void {
  boot.registry.detachFromAll(driver)
  if (!driver.isLeaked) boot.classes.freed(driver.className)
}
