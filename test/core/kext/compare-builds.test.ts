import { expect, test } from 'vitest'
import { compareBuilds, type Build } from '../../../core/kext/compare-builds.ts'

/** `1.0 A`: version 1.0 with the UUID that begins with eight A; `1.0 -` has none; `-` is no build. */
function build(drawn: string): Build | null {
  if (drawn === '-') return null
  const [version, letter] = drawn.split(' ') as [string, string]
  return {
    version: version === '?' ? null : version,
    uuid: letter === '-' ? null : `${letter.repeat(8)}-0000-4000-8000-000000000000`,
    builtAt: null,
  }
}

const compare = (host: string, file: string, loaded: string) =>
  compareBuilds({
    bundleIdentifier: 'com.example.Foo',
    host: build(host),
    file: build(file),
    loaded: build(loaded),
  })

test.each([
  // host, guest's file, loaded, verdict, the sentence has, the advice has
  ['1.0 A', '1.0 A', '1.0 A', 'same', 'are one: 1.0 (AAAAAAAA)', ''],
  ['-', '1.0 A', '1.0 A', 'same', 'The kernel runs the guest’s file', ''],
  ['1.0.0 A', '1.0 A', '1.0 A', 'same', 'are one', ''],
  ['1.0 A', '1.0 a', '1.0 A', 'same', 'are one', ''],
  ['1.0 B', '1.0 A', '1.0 A', 'file-differs', 'the build on this host is 1.0 (BBBBBBBB)', 'Push'],
  ['1.0 B', '1.0 A', '-', 'file-differs', 'the kext is not loaded', 'before it is loaded'],
  ['1.1 -', '1.0 -', '1.0 -', 'file-differs', 'is 1.0, and the build on this host is 1.1', 'Push'],
  // Only the Info.plist was changed: the code is the same, the bundle is not.
  ['1.1 A', '1.0 A', '1.0 A', 'file-differs', '1.1 (AAAAAAAA)', 'Push'],
  ['1.0 B', '1.0 B', '1.0 A', 'loaded-differs', 'The kernel runs 1.0 (AAAAAAAA)', 'load it again'],
  ['-', '1.0 B', '1.0 A', 'loaded-differs', 'the guest’s file is 1.0 (BBBBBBBB)', 'Unload'],
  ['1.0 B', '-', '1.0 A', 'loaded-differs', 'no file of the kext was found', 'push'],
  ['1.0 C', '1.0 B', '1.0 A', 'both-differ', 'There are three builds', 'Push'],
  ['1.0 A', '1.0 B', '1.0 A', 'both-differ', 'The kernel runs the host’s build', 'Push'],
  ['1.0 A', '1.0 A', '-', 'not-loaded', 'The guest’s file is the host’s build', 'Load it'],
  ['-', '1.0 A', '-', 'not-loaded', 'is not loaded', 'Load it'],
  ['1.0 -', '1.0 A', '-', 'not-loaded', 'cannot be told without a UUID', 'Load it'],
  ['1.0 A', '-', '-', 'not-installed', 'does not run it', 'Push it'],
  ['1.0 A', '-', '1.0 A', 'not-installed', 'which is the host’s build', 'cannot be loaded again'],
  ['-', '-', '1.0 A', 'not-installed', 'no file of the kext was found', 'Push it'],
  ['-', '-', '-', 'unknown', 'neither on this host nor in the guest', ''],
  // Up to 10.10 kextstat shows no UUID: equal versions prove nothing.
  ['1.0 A', '1.0 A', '1.0 -', 'unknown', 'cannot be told apart without a UUID', 'CFBundleVersion'],
  ['1.0 -', '1.0 -', '1.0 -', 'unknown', 'All that is known is version 1.0', 'push and load again'],
  ['? -', '? -', '? A', 'unknown', '(none)', 'CFBundleVersion'],
  // What is no version is compared as text.
  ['today -', 'yesterday -', '-', 'file-differs', 'yesterday', 'Push'],
] as const)('%s on the host, %s in the guest, %s loaded: %s', (...row) => {
  const [host, file, loaded, verdict, sentence, advice] = row
  const found = compare(host, file, loaded)
  expect(found.verdict).toBe(verdict)
  expect(found.sentence).toContain(sentence)
  expect(found.sentence).toMatch(/\.$/)
  expect(found.advice).toContain(advice)
  expect(found.advice === '').toBe(advice === '')
  expect(found).toMatchObject({ host: build(host), file: build(file), loaded: build(loaded) })
})

test('when a build was made is left to whoever shows it', () => {
  const { sentence } = compareBuilds({
    bundleIdentifier: 'com.example.Foo',
    host: { version: '1.0', uuid: null, builtAt: '2026-11-25T10:00:00Z' },
    file: null,
    loaded: null,
  })
  expect(sentence).toMatch(/the host’s build is 1\.0\.$/)
})
