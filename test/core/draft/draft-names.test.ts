import { expect, test } from 'vitest'
import { draftNames, suggestedName } from '../../../core/draft/draft-names.ts'
import { FailureError } from '../../../core/failure.ts'

test.each([
  ['my-kext', 'my_kext', 'MyKext'],
  ['my_kext', 'my_kext', 'MyKext'],
  ['MyKext', 'MyKext', 'MyKext'],
  ['xhc1-driver', 'xhc1_driver', 'Xhc1Driver'],
  ['A--b_', 'A__b_', 'AB'],
])('%s names the files %s and the kext %s', (name, fileName, kextName) => {
  expect(draftNames({ name }, 'unused')).toEqual({
    name,
    fileName,
    kextName,
    className: kextName,
    userClientClass: `${kextName}UserClient`,
    bundleIdentifier: `io.darwinos.contrib.${kextName}`,
  })
})

test('what the author chose is kept', () => {
  const chosen = { className: 'com_example_X', bundleIdentifier: 'com.example.x' }
  expect(draftNames(chosen, 'fallback')).toMatchObject({ name: 'fallback', ...chosen })
})

test.each([
  [{ name: '../etc' }, 'must begin with a letter'],
  [{ name: 'a/b' }, 'only letters, digits'],
  [{ name: 'a b' }, 'only letters, digits'],
  [{ name: '' }, 'must begin with a letter'],
  [{ name: 'x'.repeat(49) }, 'longer than 48'],
  [{ className: '2fast' }, 'no C++ identifier'],
  [{ className: 'Ünique' }, 'no C++ identifier'],
  [{ className: 'operator' }, 'a word of C++'],
  [{ className: '_Reserved' }, 'keeps for compilers'],
  [{ className: 'a__b' }, 'keeps for compilers'],
  [{ name: 'class' }, null],
  [{ name: 'Class', className: 'class' }, 'a word of C++'],
  [{ bundleIdentifier: 'nodots' }, 'no bundle identifier'],
  [{ bundleIdentifier: 'a..b' }, 'no bundle identifier'],
  [{ bundleIdentifier: '-v.x' }, 'no bundle identifier'],
  [{ bundleIdentifier: `a.${'b'.repeat(62)}` }, 'room for 63'],
  [{ bundleIdentifier: `a.${'b'.repeat(61)}` }, null],
])('%j is %s', (choices, because) => {
  let said: string | null = null
  try {
    draftNames(choices, 'fine')
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.kind !== 'bad-request') throw error
    said = error.failure.detail
  }
  if (because === null) expect(said).toBeNull()
  else expect(said).toContain(because)
})

test.each([
  ['QEMU USB Keyboard', 'qemu-usb-keyboard-driver'],
  ['XHC1', 'xhc1-driver'],
  ['pci8086,1c2c', 'pci8086-1c2c-driver'],
  ['3com', 'dev-3com-driver'],
  ['', 'my-driver'],
  ['漢字', 'my-driver'],
  ['a'.repeat(100), `${'a'.repeat(32)}-driver`],
])('for %j the name %s is suggested, and it is one', (service, name) => {
  expect(suggestedName(service)).toBe(name)
  expect(draftNames({}, name).name).toBe(name)
})
