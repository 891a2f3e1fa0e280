import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { DraftContext } from '../../../core/draft/draft-driver.ts'
import { planDriver } from '../../../core/draft/plan-driver.ts'
import { buildCatalogue } from '../../../core/matching/catalogue.ts'
import { extendCatalogue } from '../../../core/matching/extend-catalogue.ts'
import { createMatcher } from '../../../core/matching/matcher.ts'
import { EntryFlag, ServiceState, type Snapshot } from '../../../core/registry/snapshot.ts'
import { stringAt } from '../../../core/registry/strings.ts'
import { readPlainly } from '../../helpers/read-dumps.ts'

/** Real dumps, beside the project: they hold other people's machines, so they are no part of it. */
const corpus = new URL('../../../../shared/corpus/', import.meta.url)
const isHere = existsSync(corpus)
if (!isHere) console.log(`skipped: there is no corpus of real dumps at ${corpus.pathname}`)

const files = ['text', 'xml', 'ioreg-document'].flatMap(folder =>
  isHere
    ? readdirSync(new URL(`${folder}/`, corpus))
        .sort()
        .map(file => `${folder}/${file}`)
    : [],
)

const mostServices = 40

function contextOf(snapshot: Snapshot): DraftContext {
  const catalogue = buildCatalogue({ snapshot, installed: null })
  const { views } = createMatcher(snapshot, catalogue)
  return {
    snapshot,
    engine: {
      chainOf: entry => views.of(entry).chain,
      matcherWith: whatIf => createMatcher(snapshot, extendCatalogue(catalogue, whatIf)),
    },
    kexts: { loaded: null, installed: null, darwinRelease: null },
    knownClasses: [],
  }
}

/** One registered service of each class. */
function servicesOf({ entries, strings }: Snapshot): Map<string, number> {
  const found = new Map<string, number>()
  for (let entry = 0; entry < entries.length && found.size < mostServices; entry++) {
    const isRegistered =
      (entries.flags[entry]! & EntryFlag.isService) !== 0 &&
      (entries.state[entry]! & ServiceState.registered) !== 0
    const className = stringAt(strings, entries.className[entry]!)
    if (isRegistered && className !== '' && !found.has(className)) found.set(className, entry)
  }
  return found
}

test.skipIf(!isHere).each(files)('a driver can be drafted for services of %s', file => {
  const { snapshot } = readPlainly(new Uint8Array(readFileSync(new URL(file, corpus))))
  const context = contextOf(snapshot)
  for (const [className, entry] of servicesOf(snapshot)) {
    const plan = planDriver(context, entry)
    const { verdict } = plan.choices.find(({ id }) => id === plan.chosen)!
    // Without the properties nothing is known that a family would accept, and the verdict says that.
    const hasProperties = (snapshot.entries.flags[entry]! & EntryFlag.hasProperties) !== 0
    const isLost = !hasProperties && /keys do not hold/.test(verdict)
    expect([className, verdict, plan.wins]).toEqual([className, verdict, !isLost])
  }
})
