import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checkExpectations } from '../../../core/expectations/read-expectations.ts'

const document = readFileSync(new URL('../../../docs/expectations.md', import.meta.url), 'utf8')
const examples = [...document.matchAll(/```yaml\n([^`]*)```/g)].map(found => found[1]!)

test('the examples of the documentation can be read', () => {
  const [whole, filtered, properties, ...others] = examples
  expect(others).toEqual([])
  expect(checkExpectations(whole!, 'kextant.yaml')).toMatchObject({ ok: true })
  expect(checkExpectations(`kext: a.b\n${filtered!}`, 'kextant.yaml')).toMatchObject({ ok: true })
  const service = `kext: a.b\nservices:\n  - class: A\n${properties!.replace(/^(?=.)/gm, '    ')}`
  expect(checkExpectations(service, 'kextant.yaml')).toMatchObject({ ok: true })
})

test('the mistake that the documentation shows is told like that', () => {
  const text = 'kext: a.b\nwithin: 10 s\n\nservces: []\n'
  const reading = checkExpectations(text, 'kextant.yaml')
  const [mistake] = reading.ok ? [] : reading.mistakes
  const sentence = `kextant.yaml:${mistake?.line}:${mistake?.column}: ${mistake?.detail}`
  expect(document.replace(/\s+/g, ' ')).toContain(`\`${sentence}\``)
})
