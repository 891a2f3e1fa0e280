import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileEngine, type Engine } from '../../core/dump/engine.ts'

const name = 'dump-scanner.wasm'
/** Beside the built script, or where a checkout builds it for the sources. */
const places = [
  join(import.meta.dirname, name),
  join(import.meta.dirname, '../../out/engine', name),
]

/** The scanner that makes archives fast; undefined, and a line in the log, where it cannot be had. */
export function loadEngine(): Engine | undefined {
  const path = places.find(place => existsSync(place))
  try {
    if (path !== undefined) return compileEngine(readFileSync(path))
    say('it is not built')
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
  }
  return undefined
}

function say(reason: string): void {
  process.stderr.write(`kextant: dumps are read without the fast scanner: ${reason}\n`)
}
