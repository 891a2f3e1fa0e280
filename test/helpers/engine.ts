import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileEngine, type Engine } from '../../core/dump/engine.ts'
import { engineFile, projectFolder } from '../../scripts/lib/prepare.mjs'

/** The dump scanner that the set-up built; without it this throws. */
export function engineBytes(): Uint8Array {
  return readFileSync(join(projectFolder, engineFile))
}

let engine: Engine | undefined

export function testEngine(): Engine {
  engine ??= compileEngine(engineBytes())
  return engine
}
