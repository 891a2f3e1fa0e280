import { expect, test } from 'vitest'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { propertyText } from '../../../renderer/views/kexts/property-text.ts'

test('an integer is shown in both bases, exact to its 64 bits', () => {
  expect(propertyText({ kind: 'integer', value: 5n })).toBe('5')
  expect(propertyText({ kind: 'integer', value: 5000n })).toBe('5000 (0x1388)')
  expect(propertyText({ kind: 'integer', value: -1000n })).toBe('-1000 (0xfffffffffffffc18)')
})

test('what is inside a container keeps its type in sight', () => {
  const value: PropertyValue = {
    kind: 'dictionary',
    entries: [
      ['names', { kind: 'array', items: [{ kind: 'string', text: 'pci' }] }],
      ['on', { kind: 'boolean', value: true }],
    ],
  }
  expect(propertyText(value)).toBe('{ names = ("pci"), on = true }')
})

test('a value of any size and depth stays one short line', () => {
  let deep: PropertyValue = { kind: 'string', text: 'x' }
  for (let n = 0; n < 10_000; n++) deep = { kind: 'array', items: [deep] }
  expect(propertyText(deep)).toContain('…')
  expect(propertyText({ kind: 'string', text: 'y'.repeat(100_000) }).length).toBeLessThan(500)
  expect(propertyText({ kind: 'data', bytes: new Uint8Array(1000) })).toMatch(/^<00 .* …>$/)
})
