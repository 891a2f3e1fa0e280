import { expect, test } from 'vitest'
import type { CatalogueItem } from '../../../core/matching/catalogue-item.ts'
import { checkSentence, reasonSentence } from '../../../core/matching/sentences.ts'
import type { KeyCheck, Reason } from '../../../core/matching/verdict.ts'
import { dictionaryFrom, valueFrom } from '../kext/property-values.ts'

const winner: CatalogueItem = {
  index: 0,
  name: 'Fast card',
  origin: { kind: 'installed', kextPath: '/x.kext', name: 'Fast card' },
  alsoFrom: [],
  publisher: 'org.example.fast',
  bundleIdentifier: 'org.example.fast',
  ioClass: 'FastCard',
  providerClass: 'IOPCIDevice',
  category: 'IODefaultMatchCategory',
  probeScore: 5,
  properties: dictionaryFrom({}),
}
const check: KeyCheck = {
  key: 'IONameMatch',
  outcome: 'fails',
  wanted: valueFrom('pci8086,1'),
  found: valueFrom('pci8086,2'),
  note: null,
}
const words = { entry: (entry: number) => `entry ${entry}` }

const rows: readonly [reason: Reason, holds: readonly string[]][] = [
  [{ kind: 'running', client: 7 }, ['“entry 7”', 'runs']],
  [{ kind: 'would-start' }, ['would be started next']],
  [{ kind: 'would-start', wasTried: true }, ['Matching has ended', 'probe()']],
  [{ kind: 'would-start', instead: 7 }, ['“entry 7”', 'boots again']],
  [{ kind: 'no-provider-class' }, ['IOProviderClass', 'ignores']],
  [{ kind: 'service-not-registered' }, ['registerService()']],
  [{ kind: 'service-inactive' }, ['terminated']],
  [{ kind: 'class-does-not-conform', providerClass: 'IOUSBDevice' }, ['IOUSBDevice']],
  [{ kind: 'key-failed', check }, ['“IONameMatch”', '“pci8086,1”', '“pci8086,2”']],
  [{ kind: 'family-failed', family: 'PCI', check }, ['PCI', '“pci8086,1”', '“pci8086,2”']],
  [{ kind: 'category-taken', category: 'Net', client: 7 }, ['Net', '“entry 7”']],
  [
    { kind: 'lower-score', winner, score: 1, winningScore: 5 },
    ['1', '5', '“Fast card” (FastCard)', 'org.example.fast'],
  ],
  [{ kind: 'equal-score', winner, score: 5 }, ['5', '“Fast card”', 'no dump shows']],
  [{ kind: 'equal-score', winner, score: 5, isDecided: true }, ['5', 'more derived class']],
  [{ kind: 'passed-over', client: 7, kextIsLoaded: true }, ['“entry 7”', 'is loaded', 'start()']],
  [{ kind: 'passed-over', client: 7, kextIsLoaded: false }, ['“entry 7”', 'not loaded']],
  [{ kind: 'passed-over', client: 7, kextIsLoaded: null }, ['“entry 7”', 'could not be loaded']],
  [{ kind: 'kext-not-loaded', bundleIdentifier: 'org.example' }, ['org.example', 'not loaded']],
  [{ kind: 'waiting-for-resource', resources: ['IOBSD', 'IOKit'] }, ['“IOBSD” and “IOKit” are']],
  [{ kind: 'deferred' }, ['IOMatchDefer']],
  [{ kind: 'unknown', because: 'Its class is not known.' }, ['Its class is not known.']],
]

test.each(rows)('$kind is told in whole sentences', (reason, holds) => {
  const sentence = reasonSentence(reason, words)
  expect(sentence).toMatch(/^[A-Z“].*\.$/s)
  for (const part of holds) expect(sentence).toContain(part)
})

test('a check shows what is asked for and what is there', () => {
  expect(checkSentence(check)).toBe(
    '“IONameMatch” asks for “pci8086,1”, and the service has “pci8086,2”.',
  )
  expect(checkSentence({ ...check, found: null, note: 'It is missing.' })).toBe(
    '“IONameMatch” asks for “pci8086,1”, and the service has nothing to hold against it. It is missing.',
  )
  expect(checkSentence({ ...check, outcome: 'holds', found: valueFrom('pci8086,1') })).toBe(
    '“IONameMatch” holds: it asks for “pci8086,1”.',
  )
  expect(checkSentence({ ...check, outcome: 'unknown', found: null })).toBe(
    '“IONameMatch” asks for “pci8086,1”: it cannot be told.',
  )
})

test('long values are cut', () => {
  const long = checkSentence({ ...check, wanted: valueFrom('x'.repeat(5000)) })
  expect(long.length).toBeLessThan(300)
})
