import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, type Page } from '@playwright/test'

interface Violation {
  readonly id: string
  readonly help: string
  readonly nodes: readonly {
    readonly target: readonly string[]
    readonly failureSummary?: string
  }[]
}

let script: string | undefined

/** Holds what is shown against axe's rules, in the light and in the dark. */
export async function expectNoViolations(page: Page, what: string): Promise<void> {
  script ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const isThere = await page.evaluate('typeof window.axe === "object"')
    // The page's policy refuses script tags; evaluating is the tester's own right.
    if (!isThere) await page.evaluate(script)
    const violations = await page.evaluate<readonly Violation[]>(
      'axe.run(document, { resultTypes: ["violations"] }).then(found => found.violations)',
    )
    const told = violations.map(({ id, help, nodes }) => {
      const where = nodes.slice(0, 4).map(node => node.target.join(' '))
      return `${id}: ${help} (${nodes.length}): ${where.join('; ')}`
    })
    expect(told, `${what}, ${colorScheme}`).toEqual([])
  }
}
