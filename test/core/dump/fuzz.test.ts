import { expect, test } from 'vitest'
import { FailureError } from '../../../core/failure.ts'
import { formatSamples } from '../../helpers/format-samples.ts'
import { mutated, readSoundly } from '../../helpers/fuzz.ts'
import { Random } from '../../helpers/random.ts'

// Files as nobody wrote them, of all formats at once. A seed that fails is named, fails again with
// KEXTANT_FUZZ_SEED, and belongs into the list. KEXTANT_FUZZ_ROUNDS goes on for longer.

const ownSeed = process.env['KEXTANT_FUZZ_SEED']
const seeds = [1, 2, 3, 5, 8, ownSeed === undefined ? 13 : Number(ownSeed)]
const rounds = Number(process.env['KEXTANT_FUZZ_ROUNDS'] ?? 120)

test.each(seeds)(
  'files that were changed at random are read soundly or refused (KEXTANT_FUZZ_SEED=%i)',
  { timeout: 60_000 + 200 * rounds },
  seed => {
    const random = new Random(seed)
    const samples = [...formatSamples(seed, 5).values()]
    let read = 0
    for (let round = 0; round < rounds; round++) {
      const bytes = mutated(samples, random)
      try {
        if (!(readSoundly(bytes) instanceof FailureError)) read++
      } catch (error) {
        throw new Error(`KEXTANT_FUZZ_SEED=${seed}, round ${round}`, { cause: error })
      }
    }
    // Else the readers' last parts were never reached.
    expect(read).toBeGreaterThan(rounds / 4)
  },
)
