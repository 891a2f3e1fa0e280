import { readFileSync } from 'node:fs'
import { compileEngine, type Engine } from '../../core/dump/engine.ts'

let engine: Engine | undefined

/** The engine that the set-up of the tests built; without it a test fails. */
export function testEngine(): Engine {
  engine ??= compileEngine(
    readFileSync(new URL('../../out/engine/dump-scanner.wasm', import.meta.url)),
  )
  return engine
}
