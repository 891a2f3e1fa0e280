import { writeFileSync } from 'node:fs'
import type { Reporter, Suite, TestCase } from '@playwright/test/reporter'

/** Prints why a test was skipped, which the standard reporter does not, and writes the tally. */
export default class EndToEndReporter implements Reporter {
  private tests: TestCase[] = []

  onBegin(_config: unknown, suite: Suite): void {
    this.tests = suite.allTests()
  }

  onEnd(): void {
    const tally = { passed: 0, failed: 0, skipped: 0 }
    for (const test of this.tests) {
      const outcome = test.outcome()
      if (outcome === 'skipped') {
        tally.skipped += 1
        const annotations = [...test.annotations, ...test.results.flatMap(r => r.annotations)]
        const reason = annotations.find(note => note.type === 'skip')?.description
        process.stdout.write(`skipped: ${test.title} because ${reason ?? 'no reason was given'}\n`)
      } else if (outcome === 'unexpected') tally.failed += 1
      else tally.passed += 1
    }
    const file = process.env['KEXTANT_TALLY']
    if (file) writeFileSync(file, JSON.stringify(tally))
  }

  printsToStdio(): boolean {
    return false
  }
}
