import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { parse } from 'plist'
import { expect, test } from 'vitest'
import { lintBundle } from '../../../core/lint/lint-bundle.ts'
import type { LintReport } from '../../../core/lint/lint-report.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { readPlist } from '../../../main/plist/read-plist.ts'
import { valueFrom } from '../kext/property-values.ts'

/** Real Info.plists, beside the project: they are other people's, so they are no part of it. */
const corpus = new URL('../../../../shared/corpus/', import.meta.url)
const isHere = existsSync(corpus)
if (!isHere) console.log(`skipped: there is no corpus of real Info.plists at ${corpus.pathname}`)
const files = isHere
  ? readdirSync(new URL('kext-info/', corpus)).filter(name => name.endsWith('.Info.plist'))
  : []
const manifest = isHere ? readFileSync(new URL('MANIFEST.md', corpus), 'utf8').split('\n') : []

function lint(info: PropertyValue, subject: 'bundle' | 'info-plist'): LintReport {
  const part = { folder: '', infoFile: 'Info.plist', info, executable: null, executableNames: [] }
  const nothing = { entries: [], sources: null, remarks: [], guest: null }
  return lintBundle({ path: '', subject, parts: [part], ...nothing })
}

/** Errors that are there in files of kexts that people use, each with the reason why they are errors. */
const expectedErrors: Readonly<Record<string, readonly string[]>> = {
  // A personality that its author has put out of use by a # before its keys. Boot loaders put this kext into the
  // kernel without asking the kext library, which wants both keys.
  'IOElectrify.Info.plist': ['personality-class', 'personality-provider'],
  // Its own Darwin does without Apple's rule.
  'org.puredarwin.AppleI386GenericPlatform.Info.plist': ['kpi-private'],
}

test.skipIf(!isHere).each(files)('%s is linted, and what is an error there is known', name => {
  const bytes = readFileSync(new URL(`kext-info/${name}`, corpus))
  const row = manifest.find(line => line.includes(`\`kext-info/${name}\``))
  // Those of source trees have variables that a build replaces.
  const isBuilt = row!.includes('| bundle Info.plist |')
  const { findings } = lint(readPlist(bytes, name), isBuilt ? 'bundle' : 'info-plist')
  const errors = findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule)
  expect(errors).toEqual(expectedErrors[name] ?? [])
  for (const { sentence, where } of findings) {
    expect(sentence).toMatch(/[.]$/)
    expect(where.keyPath.length).toBeGreaterThan(0)
  }
})

test('of the 296 kexts that a Mac has linked, none has an error, and few have a doubtful match', context => {
  context.skip(!isHere, 'there is no corpus of real Info.plists beside the project')
  const name = 'kext-info/_prelinked-dictionary_macos-10.14_MacBook9,1_296-kexts.plist'
  const whole = parse(readFileSync(new URL(name, corpus), 'utf8')) as {
    _PrelinkInfoDictionary: object[]
  }
  const reports = whole._PrelinkInfoDictionary.map(info => lint(valueFrom(info), 'bundle'))
  expect(reports).toHaveLength(296)
  const counted = new Map<string, number>()
  for (const { severity, rule } of reports.flatMap(({ findings }) => findings)) {
    const key = `${severity} ${rule}`
    counted.set(key, (counted.get(key) ?? 0) + 1)
  }
  expect(Object.fromEntries(counted)).toEqual({
    'note match-key-of-another-family': 2,
    'note personality-twice': 1,
    'note resources-category': 2,
    'note score-clamped': 42,
    // Codeless kexts.
    'warning libraries-unused': 13,
    // A number as text: bInterfaceProtocol of AppleUSBNCMData13.
    'warning match-key-type': 1,
    'warning personality-owner': 567,
    // idVendor and idProduct on an interface: Apple Acrylic Keyboard of AppleUSBHostMergeProperties.
    'warning usb-combination': 1,
  })
})
