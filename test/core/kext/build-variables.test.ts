import { expect, test } from 'vitest'
import { unexpandedKeys } from '../../../core/kext/build-variables.ts'
import { dictionaryFrom } from './property-values.ts'

test('the keys are told under which a variable of the build stands, at any depth, in order', () => {
  const personality = dictionaryFrom({
    IOClass: '$(PRODUCT_NAME)',
    IOProviderClass: 'IOPCIDevice',
    IOPropertyMatch: [{ model: '${MODEL}', name: 'x' }, { model: '$(OTHER)' }],
    IOProbeScore: 3,
    price: '$5',
  })
  expect(unexpandedKeys(personality)).toEqual(['IOClass', 'IOPropertyMatch.model'])
  expect(unexpandedKeys(dictionaryFrom({}))).toEqual([])
})
