import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'

/** Prints why a test was skipped, which the standard reporter does not, and writes the tally. */
export default class UnitReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tally = { passed: 0, failed: 0, skipped: 0 }
    for (const module of modules) {
      if (module.state() === 'failed' && module.children.size === 0) tally.failed += 1
      for (const test of module.children.allTests()) {
        const result = test.result()
        if (result.state === 'passed') tally.passed += 1
        else if (result.state === 'failed') tally.failed += 1
        else {
          tally.skipped += 1
          const note = result.state === 'skipped' ? result.note : undefined
          process.stdout.write(
            `skipped: ${test.fullName} because ${note ?? 'no reason was given'}\n`,
          )
        }
      }
    }
    const file = process.env['KEXTANT_TALLY']
    if (file) writeFileSync(file, JSON.stringify(tally))
  }
}
