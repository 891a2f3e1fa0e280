import { ensureEngine, findNode } from '../../scripts/lib/prepare.mjs'

/** Before the tests: they run with the dump scanner, as the product does. */
export function setup(): void {
  ensureEngine(findNode())
}
