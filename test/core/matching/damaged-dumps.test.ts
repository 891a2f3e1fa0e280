import { expect, test } from 'vitest'
import { FailureError } from '../../../core/failure.ts'
import { buildCatalogue } from '../../../core/matching/catalogue.ts'
import { createMatcher } from '../../../core/matching/matcher.ts'
import { reasonSentence } from '../../../core/matching/sentences.ts'
import { selfCheck } from '../../../core/matching/self-check.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { archivePieces, damaged, textPieces } from '../../helpers/damaged.ts'
import { Random } from '../../helpers/random.ts'
import { readPlainly } from '../../helpers/read-dumps.ts'
import { machine, nulTerminated, service } from '../../helpers/service-model.ts'
import { writeArchive } from '../../helpers/write-archive.ts'
import { writeText } from '../../helpers/write-text.ts'
import { kextWith } from './kext-with.ts'

const driver = (name: string, properties: object) =>
  service(name, name, {
    IOClass: name,
    CFBundleIdentifier: 'org.example.driver',
    IOMatchCategory: 'IODefaultMatchCategory',
    IOProbeScore: 90_000,
    ...properties,
  })
const usb = { IOProviderClass: 'IOUSBHostDevice', idVendor: 1, idProduct: 2 }
const named = {
  IOProviderClass: 'IOPCIDevice',
  IONameMatch: ['a', 'b*'],
  IOPropertyMatch: [{ x: { y: [1, 'z'] } }],
  IOParentMatch: { IOPropertyMatch: { model: 'Machine1,1' } },
}
const root = machine(
  service('res', 'IOResources', { IOBSD: 'IOService' }),
  service('dev', 'IOUSBHostDevice', { idVendor: 1, idProduct: 2, bcdDevice: 3 }, [
    driver('A', usb),
  ]),
  service('pci', 'IOPCIDevice', { compatible: nulTerminated('a', 'bb'), x: { y: [1, 'z'] } }, [
    driver('B', named),
  ]),
)
const installed = [
  kextWith('org.example.driver', { a: { IOClass: 'A', ...usb }, b: { IOClass: 'B', ...named } }),
]

function everythingOf(snapshot: Snapshot): void {
  const matcher = createMatcher(snapshot, buildCatalogue({ snapshot, installed }))
  const words = { entry: (entry: number) => matcher.views.of(entry).name }
  const { accepted, rejected, unknown, details } = selfCheck(matcher)
  expect(accepted + rejected + unknown).toBe(details.length)
  expect(matcher.summary().firstCompetition).toHaveLength(snapshot.entries.length + 1)
  for (let entry = 0; entry < snapshot.entries.length; entry++) {
    matcher.instance(entry)
    for (const { reason } of matcher.service(entry).candidates) {
      expect(reasonSentence(reason, words)).not.toBe('')
    }
  }
  for (const item of matcher.catalogue.items) matcher.personality(item)
}

test.each([
  ['an archive', Buffer.from(writeArchive(root, { hasChains: true })), archivePieces],
  ['a text', Buffer.from(writeText(root, { hasChains: true })), textPieces],
])('%s that is damaged anywhere is matched all the same', (_, whole, pieces) => {
  const random = new Random(11)
  let read = 0
  for (let i = 0; i < 400; i++) {
    let snapshot: Snapshot
    try {
      snapshot = readPlainly(damaged(whole, pieces, random)).snapshot
    } catch (error) {
      if (!(error instanceof FailureError)) throw error
      continue
    }
    read++
    everythingOf(snapshot)
  }
  expect(read).toBeGreaterThan(100)
})
