import { expect, test } from 'vitest'
import { loadEngine } from '../../main/service/load-engine.ts'

test('the parser of a checkout finds the dump scanner that was built for it', () => {
  const engine = loadEngine()
  expect(engine?.instantiate().nodes.value).toBe(0)
})
