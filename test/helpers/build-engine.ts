import { join } from 'node:path'
import { ensureEngine, findNode, projectFolder } from '../../scripts/lib/prepare.mjs'

/**
 * Before the tests: they run with the dump scanner, as the product does. What Node compiles is kept, since the tests
 * start hundreds of processes and threads from the same sources; the variable is handed down to all of them.
 */
export function setup(): void {
  ensureEngine(findNode())
  process.env['NODE_COMPILE_CACHE'] ??= join(projectFolder, 'node_modules/.cache/kextant-code')
}
