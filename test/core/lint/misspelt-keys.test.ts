import { expect, test } from 'vitest'
import { baseKeys, keyFamilies, otherKeys } from '../../../core/lint/known-keys.ts'
import { misspeltInfoKeys, misspeltPersonalityKeys } from '../../../core/lint/misspelt-keys.ts'
import { Random } from '../../helpers/random.ts'
import { dictionaryFrom } from '../kext/property-values.ts'

const found = (keys: readonly string[], providerClass = 'IOPCIDevice') =>
  misspeltPersonalityKeys(
    'It',
    dictionaryFrom(Object.fromEntries(keys.map(key => [key, true]))),
    providerClass,
    [],
  ).map(({ severity, keyPath, advice }) => [keyPath[0], severity, advice])

test.each([
  ['IOPCIMacth', 'IOPCIMatch'],
  ['IOPciMatch', 'IOPCIMatch'],
  ['IOPCIMatches', 'IOPCIMatch'],
  ['IONamesMatch', 'IONameMatch'],
  ['IOPropertiesMatch', null],
  ['IOPropretyMatch', 'IOPropertyMatch'],
  ['IOProviderCass', 'IOProviderClass'],
  ['IOProbScore', 'IOProbeScore'],
  ['IOMatchCatagory', 'IOMatchCategory'],
  ['IOResourcesMatch', 'IOResourceMatch'],
  ['CFBundleIdentifer', 'CFBundleIdentifier'],
  ['idvendor', 'idVendor'],
  ['idVender', 'idVendor'],
  ['bInterfaceSubclass', 'bInterfaceSubClass'],
  // Names of a driver's own properties.
  ['IOName', null],
  ['IOModel', null],
  ['Model', null],
  ['Vendor', null],
  ['MaxPacketSize', null],
  ['IOPCIBridgeQuirks', null],
])('the key %s is taken for %s', (key, meant) => {
  expect(found([key])).toEqual(meant === null ? [] : [[key, 'warning', `Write ${meant}.`]])
})

test('a plain word is near a key of the provider’s own family alone', () => {
  expect(found(['Writeable'], 'IOMedia')).toEqual([['Writeable', 'warning', 'Write Writable.']])
  expect(found(['Writeable'], 'IOPCIDevice')).toEqual([])
})

test('where keys are wanted together, a misspelt one is said to be missing', () => {
  const said = (key: string, providerClass: string) =>
    misspeltPersonalityKeys('It', dictionaryFrom({ [key]: 1 }), providerClass, [])[0]!.sentence
  expect(said('idProdcut', 'IOUSBHostDevice')).toContain('the USB device table finds no idProduct')
  expect(said('IONamMatch', 'IOUSBHostDevice')).toContain('matches more than it says')
})

test('a key that was put out of use is a note', () => {
  expect(found(['#IOPCIMatch'])).toEqual([['#IOPCIMatch', 'note', 'Write IOPCIMatch.']])
  expect(found(['IOPCIMatch', 'IOPCIMatch2'])).toEqual([
    ['IOPCIMatch2', 'note', 'Write IOPCIMatch.'],
  ])
})

test('no key that means something is taken for another', () => {
  const all = [...baseKeys.keys(), ...otherKeys, ...keyFamilies.flatMap(f => [...f.keys.keys()])]
  for (const { providers } of keyFamilies) expect(found(all, providers[0])).toEqual([])
})

test('one letter wrong in any match key is found (seeded)', () => {
  const random = new Random(7)
  const keys = [...baseKeys.keys()].filter(key => key.startsWith('IO'))
  const known = new Set([...baseKeys.keys(), ...otherKeys])
  for (let round = 0; round < 500; round++) {
    const key = random.pick(keys)
    const at = 2 + random.below(key.length - 2)
    const letter = random.pick([...'abcdefghijklmnopqrstuvwxyz'])
    const wrong = key.slice(0, at) + letter + key.slice(at + random.below(2))
    if (known.has(wrong)) continue
    expect([wrong, found([wrong]).length]).toEqual([wrong, 1])
  }
})

test('keys at the top of an Info.plist are looked at, whatever architecture they are for', () => {
  const info = {
    OSBundleLibaries_x86_64: {},
    IOKitPersonalites: {},
    CFBundleVersoin: '1',
    CFBundleVersion: '1',
    DTXcodeBuild: '',
    LSMinimumSystemVersion: '',
  }
  expect(misspeltInfoKeys(dictionaryFrom(info)).map(({ advice }) => advice)).toEqual([
    'Write OSBundleLibraries_x86_64.',
    'Write IOKitPersonalities.',
  ])
})
