import { expect, test } from 'vitest'
import { lintBundle } from '../../../core/lint/lint-bundle.ts'
import { ruleNames } from '../../../core/lint/rules.ts'
import { brokenExecutables } from './broken-executables.ts'
import { brokenInfoPlists } from './broken-info-plists.ts'
import { brokenPersonalities } from './broken-personalities.ts'
import { inputOf } from './small-bundle.ts'

const rows = [...brokenInfoPlists, ...brokenPersonalities, ...brokenExecutables]

test.each(rows)('%s', (rule, severity, wanted, place, said) => {
  const { findings, counts } = lintBundle(inputOf(wanted))
  const found = findings.filter(each => each.rule === rule)
  expect(found.map(each => each.severity)).toEqual([severity])
  const [{ where, sentence, advice }] = found as [(typeof found)[number]]
  const line = where.line === null ? '' : `:${where.line}`
  const keys = where.keyPath.length === 0 ? '' : `: ${where.keyPath.join('/')}`
  expect(`${where.file}${line}${keys}`).toBe(place)
  for (const part of said.split('|')) expect(`${sentence} ${advice}`).toContain(part)
  expect(sentence).toMatch(/[.?]$/)
  expect(counts[severity]).toBeGreaterThan(0)
})

test('every rule has its row', () => {
  expect(rows.map(([rule]) => rule)).toEqual(ruleNames)
})
