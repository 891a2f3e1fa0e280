import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CDPSession, Page } from 'playwright-core'
import { mark, settle } from './in-page.ts'
import { traced, type ThreadTime } from './trace.ts'

/** One line of the result: what was done, what each time of it cost. */
export interface Measured {
  readonly what: string
  readonly times: readonly ThreadTime[]
  /** The most that p95 may be; null where nobody waits for it. */
  readonly bar: number | null
  readonly note?: string
}

/** What an interaction may cost the page's thread, in ms of script and layout at p95. */
export const bars = { key: 50, frame: 8, other: 100 } as const

/** What the driver itself does there. */
const unmeasured: ReadonlySet<string> = new Set(['end', 'look'])

/** A page that is measured: steps are traced, and their times kept in the order in which they were taken. */
export interface BenchPage {
  readonly page: Page
  readonly measured: Measured[]
  /** Each step is marked, done, and waited for until the page is still. */
  readonly steps: (
    what: string,
    bar: number | null,
    count: number,
    step: (index: number) => Promise<unknown>,
  ) => Promise<void>
  /** `work` sets the marks itself; `unmeasured` stretches are left out. What it returns becomes the note. */
  readonly stretches: (
    what: string,
    bar: number | null,
    work: () => Promise<string | undefined>,
  ) => Promise<void>
}

/** @param profiles a folder for a `.cpuprofile` of each line, null for none: profiling makes the page slower */
export async function createBenchPage(page: Page, profiles: string | null): Promise<BenchPage> {
  const cdp = await page.context().newCDPSession(page)
  const measured: Measured[] = []
  const stretches: BenchPage['stretches'] = async (what, bar, work) => {
    let note: string | undefined
    const times = await traced(cdp, () =>
      profiled(cdp, profiles, what, async () => (note = await work())),
    )
    const own = [...times].filter(([name]) => !unmeasured.has(name)).map(([, time]) => time)
    measured.push({ what, bar, times: own, ...(note ? { note } : {}) })
  }
  return {
    page,
    measured,
    stretches,
    steps: (what, bar, count, step) =>
      stretches(what, bar, async () => {
        for (let index = 0; index < count; index++) {
          await page.evaluate(mark, String(index))
          await step(index)
          await page.evaluate(settle)
        }
        await page.evaluate(mark, 'end')
        return undefined
      }),
  }
}

/** Does the work under V8's profiler, and keeps the profile in the folder, if any. */
export async function profiled(
  cdp: CDPSession,
  folder: string | null,
  what: string,
  work: () => Promise<unknown>,
): Promise<void> {
  if (folder === null) return void (await work())
  await cdp.send('Profiler.enable')
  await cdp.send('Profiler.setSamplingInterval', { interval: 100 })
  await cdp.send('Profiler.start')
  await work()
  const { profile } = await cdp.send('Profiler.stop')
  const name = what.replace(/[^\w.:-]+/g, '-')
  writeFileSync(join(folder, `${name}.cpuprofile`), JSON.stringify(profile))
}
