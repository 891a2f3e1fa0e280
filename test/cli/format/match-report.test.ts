import { expect, test } from 'vitest'
import { buildCatalogue } from '../../../core/matching/catalogue.ts'
import { createMatcher } from '../../../core/matching/matcher.ts'
import { lookOf } from '../../../main/cli/look.ts'
import { personalityReport } from '../../../main/cli/match/match-personality.ts'
import { serviceReport } from '../../../main/cli/match/match-service.ts'
import { kextWith } from '../../core/matching/kext-with.ts'
import { entryNamed, machine, service, snapshotOf } from '../../helpers/service-model.ts'

test('matches in the hundred thousands are told, and no stack is too small for them', () => {
  const snapshot = snapshotOf(machine(service('nub', 'SomeNub')))
  const mine = kextWith('org.example', { Mine: { IOClass: 'Mine', IOProviderClass: 'SomeNub' } })
  const matcher = createMatcher(snapshot, buildCatalogue({ snapshot, installed: [mine] }))
  const look = lookOf(process.stdout, 'never')
  const many = 300_000

  const verdict = matcher.personality(matcher.catalogue.items[0]!)
  const matches = Array.from({ length: many }, () => verdict.matches[0]!)
  const told = [...personalityReport(matcher, { ...verdict, matches }, look)]
  expect(told.filter(line => line.startsWith('  wins'))).toHaveLength(many)

  const of = matcher.service(entryNamed(snapshot, 'nub'))
  const candidates = Array.from({ length: many }, () => of.candidates[0]!)
  const lines = [...serviceReport(matcher, { ...of, candidates }, look)]
  expect(lines.filter(line => line.startsWith('  wins'))).toHaveLength(many)
})
