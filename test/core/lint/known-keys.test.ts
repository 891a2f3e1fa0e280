import { expect, test } from 'vitest'
import { baseKeys, keyFamilies } from '../../../core/lint/known-keys.ts'
import { baseKeyNames } from '../../../core/matching/base-keys.ts'
import { familyOf } from '../../../core/matching/families.ts'

// One goes beside the match keys, the other's name is not certain (facts: matching, sections 6.2 and 6.4).
const notTold = ['IOPCITunnelCompatible', 'HIDCompatibilityInterface']

test.each(keyFamilies)('lint knows the keys that matching looks at: $name', family => {
  for (const provider of family.providers) {
    const chain = { classes: [provider, 'IOService'], isComplete: true, source: 'table' } as const
    const table = familyOf({ chain }, 'x86')
    const own = table?.keys.filter(key => !notTold.includes(key))
    expect([...family.keys.keys()].sort(), provider).toEqual(own?.toSorted())
  }
})

test('and those that each service compares', () => {
  const withParents = [...baseKeyNames, 'IOParentMatch']
  expect([...baseKeys.keys()].sort()).toEqual(withParents.sort())
})
