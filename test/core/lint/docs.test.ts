import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { rules } from '../../../core/lint/rules.ts'

test('docs/lint.md lists every rule with what it wants, and no other', () => {
  const text = readFileSync(new URL('../../../docs/lint.md', import.meta.url), 'utf8')
  const rows = [...text.matchAll(/^\| `([^`]+)` *\|[^|]*\| (.*?) *\|$/gm)]
  expect(Object.fromEntries(rows.map(([, name, wants]) => [name, wants]))).toEqual(rules)
})
