import { expect, test } from 'vitest'
import { buildCatalogue } from '../../../core/matching/catalogue.ts'
import { extendCatalogue } from '../../../core/matching/extend-catalogue.ts'
import { Random } from '../../helpers/random.ts'
import { machine, service, snapshotOf } from '../../helpers/service-model.ts'
import { kextWith } from './kext-with.ts'

const snapshot = snapshotOf(machine(service('A', 'AcmeNub')))

function randomKext(random: Random, id: string) {
  const personality = () => ({
    // Without a provider class the kernel ignores it; a few are the very same.
    ...(random.chance(0.8) ? { IOProviderClass: random.pick(['A', 'B']) } : {}),
    CFBundleIdentifier: random.pick(['com.a', 'com.b']),
    IOClass: random.pick(['X', 'Y']),
    IOProbeScore: random.below(2),
  })
  const names = Array.from({ length: random.below(5) }, (_, i) => `p${i}`)
  return kextWith(id, Object.fromEntries(names.map(name => [name, personality()])))
}

test.each([null, 17, 20])(
  'an extended catalogue is that of all of it, for Darwin %s',
  darwinMajor => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = new Random(seed)
      const installed = [randomKext(random, 'com.a'), randomKext(random, 'com.b')]
      const whatIf = [randomKext(random, 'com.c'), randomKext(random, 'com.d')]
      const whole = buildCatalogue({ snapshot, installed, whatIf, darwinMajor })
      const base = buildCatalogue({ snapshot, installed, darwinMajor })
      const extended = extendCatalogue(base, whatIf, { darwinMajor })
      expect(extended.items, `seed ${seed}`).toEqual(whole.items)
      expect(extended.ignored).toEqual(whole.ignored)
      for (const name of ['A', 'B', 'C']) {
        expect(extended.forProviderClass(name)).toEqual(whole.forProviderClass(name))
      }
    }
  },
)
