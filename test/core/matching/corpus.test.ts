import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readDump } from '../../../core/dump/read-dump.ts'
import { buildCatalogue } from '../../../core/matching/catalogue.ts'
import { createMatcher } from '../../../core/matching/matcher.ts'
import { selfCheck } from '../../../core/matching/self-check.ts'

/** Real dumps, beside the project: they hold other people's machines, so they are no part of it. */
const corpus = new URL('../../../../shared/corpus/', import.meta.url)
const isHere = existsSync(corpus)
if (!isHere) console.log(`skipped: there is no corpus of real dumps at ${corpus.pathname}`)

/** What their own personality does not explain, driver by driver; docs/matching-report.md says why. */
const rejectedDrivers = ['AppleGraphicsDevicePolicy', 'nvAccelerator']

test('drivers of real machines are accepted, and none shares its category', context => {
  context.skip(!isHere, 'there is no corpus of real dumps beside the project')
  const total = { accepted: 0, unknown: 0, leftOut: 0 }
  const rejected: string[] = []
  const violations: string[] = []
  for (const folder of ['ioreg-document/', 'text/', 'xml/']) {
    for (const file of readdirSync(new URL(folder, corpus)).sort()) {
      const bytes = new Uint8Array(readFileSync(new URL(folder + file, corpus)))
      const { snapshot } = readDump(bytes, { label: file })
      const matcher = createMatcher(snapshot, buildCatalogue({ snapshot, installed: null }))
      const check = selfCheck(matcher)
      total.accepted += check.accepted
      total.unknown += check.unknown
      for (const { outcome, instance, leftOut, because } of check.details) {
        if (outcome === 'rejected') rejected.push(matcher.views.of(instance).className)
        if (outcome !== 'accepted' || leftOut.length > 0) expect(because).toBeTruthy()
        if (leftOut.length > 0) total.leftOut++
      }
      violations.push(...matcher.summary().violations.map(({ category }) => `${file} ${category}`))
    }
  }
  expect(rejected.sort()).toEqual(rejectedDrivers)
  expect(violations).toEqual([])
  const all = total.accepted + total.unknown + rejected.length
  expect(all).toBeGreaterThan(4000)
  expect(total.accepted / all).toBeGreaterThan(0.995)
  // Most hold as they are; a rule that fails often must not hide behind keys that are left out.
  expect(total.leftOut / all).toBeLessThan(0.015)
}, 120_000)
