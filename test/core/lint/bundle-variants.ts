import type { LintGuest } from '../../../core/lint/guest-rules.ts'
import { guest, info, tree } from './small-bundle.ts'

// The small bundle, source folder and guest with one thing changed.

const installedLibrary = {
  path: '/Library/Extensions/Lib.kext',
  bundleIdentifier: 'com.example.Lib',
  version: '2.0',
  executable: 'Lib',
  compatibleVersion: '1.5',
  libraries: [],
  personalities: [],
  problems: [],
  notes: [],
}
export const kpis = info.OSBundleLibraries
export const linking = (libraries: object): object => ({ ...info, OSBundleLibraries: libraries })
export const withLibrary = (version: string): object =>
  linking({ ...kpis, 'com.example.Lib': version })
export const guestWith = (...installed: readonly object[]): LintGuest => ({
  ...guest,
  installed: installed.map(each => ({ ...installedLibrary, ...each })),
})
export const withMakefile = (text: string) => ({ ...tree, makefile: { path: 'Makefile', text } })
export const withSource = (text: string) => ({ ...tree, sources: [{ path: 'foo.cpp', text }] })
