import { expect, test } from 'vitest'
import { takesEscape } from '../../../renderer/widgets/escape-owner.ts'

const focused = (attributes: Readonly<Record<string, string>>) => ({
  getAttribute: (name: string) => attributes[name] ?? null,
})

test('Escape closes a dialog, but where a list of suggestions is open', () => {
  expect(takesEscape(focused({ role: 'combobox', 'aria-expanded': 'true' }))).toBe(true)
  expect(takesEscape(focused({ role: 'combobox', 'aria-expanded': 'false' }))).toBe(false)
  // “Show all” of a step's output, pressed before.
  expect(takesEscape(focused({ 'aria-expanded': 'true' }))).toBe(false)
  expect(takesEscape(null)).toBe(false)
})
