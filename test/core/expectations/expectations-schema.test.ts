import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { expectationsSchema } from '../../../core/expectations/expectations-schema.ts'
import { goldenFiles } from './golden-files.ts'

const file = new URL('../../../docs/kextant-expectations.schema.json', import.meta.url)
const written: unknown = JSON.parse(readFileSync(file, 'utf8'))

test('the schema for editors is what the grammar says; `npm run expectations-schema` writes it', () => {
  expect(written).toEqual(expectationsSchema)
})

describe('an editor that goes by the schema', () => {
  const schema = z.fromJSONSchema(written as Parameters<typeof z.fromJSONSchema>[0])
  /** As an editor reads it, which takes `!busy` for a tag and leaves the word. */
  const passes = (text: string): boolean =>
    schema.safeParse(parse(text, { logLevel: 'silent', intAsBigInt: false })).success

  test.each(goldenFiles('good').filter(({ name }) => name !== 'whole.yaml'))(
    'has nothing against $name',
    ({ text }) => {
      expect(passes(text)).toBe(true)
    },
  )

  test('has nothing against a file with everything in it, states quoted', () => {
    const { text } = goldenFiles('good').find(({ name }) => name === 'whole.yaml')!
    const quoted = text.replace(/state: (.*)$/gm, (_, words: string) =>
      words.startsWith('[') ? 'state: [registered, "!busy"]' : `state: '${words}'`,
    )
    expect(passes(quoted)).toBe(true)
  })

  test.each(['unknown-keys', 'wrong-types', 'no-kext', 'no-identifier', 'versions', 'a-list'])(
    'underlines something in %s.yaml',
    name => {
      const { text } = goldenFiles('bad').find(each => each.name === `${name}.yaml`)!
      expect(passes(text)).toBe(false)
    },
  )
})
