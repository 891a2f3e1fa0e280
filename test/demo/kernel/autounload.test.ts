import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { UnusedKexts } from '../../../main/demo/kernel/kexts/autounload.ts'
import type { LoadedKext } from '../../../main/demo/kernel/kexts/loaded-kexts.ts'
import { smallKernel, type SmallKernel } from './small-kernel.ts'

let k: SmallKernel
let unused: UnusedKexts
beforeEach(() => {
  vi.useFakeTimers()
  k = smallKernel()
  unused = new UnusedKexts(k.boot, 60_000)
})
afterEach(() => {
  k.boot.scheduler.stop()
  vi.useRealTimers()
})

const second = 1000
const loaded = (): readonly string[] => k.boot.kexts.all().map(kext => kext.bundleIdentifier)

/** Loads a kext with one class of its own, as an explicit request does. */
function load(name: string, changes: Partial<LoadedKext> = {}, superclass = 'IOService'): void {
  k.boot.classes.define(name, [{ name, superclass }])
  k.boot.kexts.add(
    {
      bundleIdentifier: name,
      version: '1.0',
      compatibleVersion: null,
      uuid: null,
      linkedAgainst: [],
      path: `/Library/Extensions/${name}.kext`,
      allowsUserTerminate: true,
      isFromBoot: false,
      stopReturns: 0,
      isSpared: true,
      ...changes,
    },
    4096,
  )
  unused.consider()
}

test('a kext that was loaded explicitly is spared once, and goes with the second scan', () => {
  load('Idle')
  vi.advanceTimersByTime(119 * second)
  expect(loaded()).toEqual(['Idle'])
  vi.advanceTimersByTime(1 * second)
  expect(loaded()).toEqual([])
})

test('one that matching brought goes with the first', () => {
  load('Idle', { isSpared: false })
  vi.advanceTimersByTime(60 * second)
  expect(loaded()).toEqual([])
})

test('each matching puts the scan off', () => {
  load('Idle', { isSpared: false })
  vi.advanceTimersByTime(50 * second)
  unused.consider()
  vi.advanceTimersByTime(50 * second)
  expect(loaded()).toEqual(['Idle'])
  vi.advanceTimersByTime(10 * second)
  expect(loaded()).toEqual([])
})

test('what has an instance, defines no service, came with the boot or is linked against stays', () => {
  load('Busy')
  k.boot.classes.created('Busy')
  load('Codec', {}, 'OSObject')
  load('Boot', { isFromBoot: true })
  load('Library')
  load('User', { linkedAgainst: [k.boot.kexts.get('Library')!] })
  k.boot.classes.created('User')
  vi.advanceTimersByTime(600 * second)
  expect(loaded()).toEqual(['Busy', 'Codec', 'Boot', 'Library', 'User'])
})

test('a library goes after the last kext that was linked against it', () => {
  load('Library')
  load('User', { linkedAgainst: [k.boot.kexts.get('Library')!] })
  vi.advanceTimersByTime(600 * second)
  expect(loaded()).toEqual([])
})

test('a module whose stop routine refuses stays, and is not asked for ever', () => {
  load('Stubborn', { stopReturns: 5 })
  vi.advanceTimersByTime(3600 * second)
  expect(loaded()).toEqual(['Stubborn'])
  const asked = new TextDecoder().decode(k.boot.log.bytes()).split('did not stop').length - 1
  expect(asked).toBe(1)
})
