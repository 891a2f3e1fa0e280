import { expect, test } from 'vitest'
import { deriveExpectations } from '../../../core/expectations/derive-expectations.ts'
import { describeExpectations } from '../../../core/expectations/expectation-titles.ts'
import type { WouldMatch } from '../../../core/preflight/preflight-report.ts'
import { bundleWith } from './observed.ts'

const entry = (name: string): WouldMatch['services'][number]['entry'] => ({
  id: null,
  name,
  className: name,
  path: null,
})

/** Where a personality would win, and where it would not. */
function matching(
  personality: string,
  ioClass: string,
  wins: Readonly<Record<string, boolean | null>>,
): WouldMatch {
  const services = Object.entries(wins).map(([name, won]) => ({
    entry: entry(name),
    wins: won,
    sentence: '',
  }))
  return { personality, ioClass, services, omittedCount: 0, sentence: '' }
}

const derived = (bundle: ReturnType<typeof bundleWith>, found: readonly WouldMatch[] | null) =>
  describeExpectations(deriveExpectations(bundle, found))

test('a driver that would win is expected on its provider, with the bundle’s build', () => {
  const found = [matching('MyKext', 'MyKext', { IOResources: true })]
  expect(derived(bundleWith(), found)).toEqual([
    'com.example.MyKext is loaded',
    'its version is 1.0.2',
    'its UUID is that of the build',
    'at least one service of class MyKext on IOResources, started',
    'after the unload: no more objects of class MyKext than before the load',
  ])
  expect(deriveExpectations(bundleWith(), found)).toMatchObject({
    source: { kind: 'derived', from: '/build/MyKext.kext' },
    withinMs: 10_000,
    kext: { line: null },
  })
})

test('registered is asked of a driver that applications or other drivers have to find', () => {
  const found = [
    matching('MyKext', 'MyKext', { IOResources: true }),
    matching('Above', 'MyAbove', { MyKext: true }),
  ]
  const personality = { IOClass: 'MyKext', IOProviderClass: 'IOResources' }
  const withClient = bundleWith({
    IOKitPersonalities: { MyKext: { ...personality, IOUserClientClass: 'MyUserClient' } },
  })
  expect(derived(withClient, found)).toEqual([
    'com.example.MyKext is loaded',
    'its version is 1.0.2',
    'its UUID is that of the build',
    'at least one service of class MyKext on IOResources, registered, started',
    'after the unload: no more objects of class MyKext than before the load',
    'after the unload: no more objects of class MyUserClient than before the load',
  ])
  const withAbove = bundleWith({
    IOKitPersonalities: {
      MyKext: personality,
      Above: { IOClass: 'MyAbove', IOProviderClass: 'MyKext' },
    },
  })
  expect(derived(withAbove, found).slice(3, 5)).toEqual([
    'at least one service of class MyKext on IOResources, registered, started',
    'at least one service of class MyAbove on MyKext, started',
  ])
})

test('where nobody can tell a personality to win, one instance of any is expected', () => {
  const of = (found: readonly WouldMatch[] | null) =>
    derived(bundleWith(), found).filter(line => /service|personalit/.test(line))
  const one = ['its personality “MyKext” has an instance']
  expect(of([matching('MyKext', 'MyKext', { IOResources: false })])).toEqual(one)
  expect(of([matching('MyKext', 'MyKext', { IOResources: null })])).toEqual(one)
  expect(of([matching('MyKext', 'MyKext', {})])).toEqual(one)
  expect(of(null)).toEqual(one)

  const many = bundleWith({
    IOKitPersonalities: {
      A: { IOClass: 'MyKext', IOProviderClass: 'IOPCIDevice' },
      B: { IOClass: 'MyKext', IOProviderClass: 'IOFireWireUnit' },
      Merge: { IOProviderClass: 'IOPCIDevice' },
    },
  })
  const nowhere = (name: string, sentence: string) => ({
    ...matching(name, 'MyKext', {}),
    sentence,
  })
  const found = [nowhere('A', 'It matches no service.'), nowhere('B', 'There is no FireWire.')]
  expect(deriveExpectations(many, found).anyInstance).toMatchObject({
    personalities: [{ name: 'A' }, { name: 'B' }],
    because: '“A”: It matches no service. “B”: There is no FireWire.',
  })
  expect(derived(many, found)).toContain('at least one of its 2 personalities has an instance')
  const wins = [found[0]!, matching('B', 'MyKext', { Unit: true })]
  expect(deriveExpectations(many, wins).anyInstance).toBe(null)
  expect(deriveExpectations(bundleWith({ IOKitPersonalities: {} }), []).anyInstance).toBe(null)
})

test('one that would win on several services is expected on one of them', () => {
  const bundle = bundleWith({
    IOKitPersonalities: { MyKext: { IOClass: 'MyKext', IOProviderClass: 'IOUSBHostDevice' } },
  })
  const found = [matching('MyKext', 'MyKext', { Mouse: true, Keyboard: true, Hub: false })]
  expect(derived(bundle, found)).toContain(
    'at least one service of class MyKext on IOUSBHostDevice, started',
  )
})

test('a kext without code is expected in no list; its personalities are', () => {
  const bundle = bundleWith({
    CFBundleExecutable: undefined,
    IOKitPersonalities: {
      Plain: {
        CFBundleIdentifier: 'com.apple.iokit.IOSerialFamily',
        IOClass: 'IOSerialBSDClient',
        IOProviderClass: 'IOResources',
      },
    },
  })
  expect(bundle.executable).toBe(null)
  const found = [matching('Plain', 'IOSerialBSDClient', { IOResources: true })]
  expect(derived(bundle, found)).toEqual([
    'at least one service of class IOSerialBSDClient on IOResources, started',
  ])
})

test('two personalities that ask the same are one line', () => {
  const personality = { IOClass: 'MyKext', IOProviderClass: 'IOPCIDevice' }
  const bundle = bundleWith({
    IOKitPersonalities: { A: personality, B: { ...personality, IOUserClientClass: 'MyClient' } },
  })
  const found = [matching('A', 'MyKext', { GFX0: true }), matching('B', 'MyKext', { GFX0: true })]
  expect(derived(bundle, found).filter(line => line.includes('service'))).toEqual([
    'at least one service of class MyKext on GFX0, registered, started',
  ])
})
