import { afterEach, expect, test } from 'vitest'
import type { InstalledKext } from '../../../core/kext/kext.ts'
import { buildCatalogue } from '../../../core/matching/catalogue.ts'
import { createMatcher, type Matcher } from '../../../core/matching/matcher.ts'
import { selfCheck } from '../../../core/matching/self-check.ts'
import { systemKexts } from '../../../main/demo/machine/system-kexts.ts'
import { kextFromPlist } from '../../../main/service/kext-from-plist.ts'
import { bootTestMachine, type TestMachine } from '../../demo/run-program.ts'
import { readPlainly } from '../../helpers/read-dumps.ts'

// The demo guest has a kernel of its own, which knows nothing of ours: what the one has started, the other must
// accept and predict.

let machine: TestMachine | null = null
afterEach(() => machine?.dispose())

/** The Info.plists of the guest's disk. */
function installedOn({ files }: TestMachine, ...more: readonly string[]): InstalledKext[] {
  const folders = [...systemKexts.filter(kext => !kext.isKpi).map(({ path }) => path), ...more]
  return folders.map(folder => {
    const path = `${folder}/Contents/Info.plist`
    return kextFromPlist(path, folder, files.read(path, { uid: 0, gid: 0 }), 'x86_64')
  })
}

async function matcherOn(
  guest: TestMachine,
  command: string,
  ...more: readonly string[]
): Promise<Matcher> {
  await guest.settle()
  const { stdout } = await guest.run(command)
  const { snapshot } = readPlainly(stdout)
  return createMatcher(
    snapshot,
    buildCatalogue({ snapshot, installed: installedOn(guest, ...more) }),
  )
}

/** Each competition on which the rules and the guest differ, and how many there are. */
function differences(matcher: Matcher): {
  readonly competitions: number
  readonly wrong: string[]
} {
  const { views, snapshot } = matcher
  let competitions = 0
  const wrong: string[] = []
  for (let entry = 0; entry < snapshot.entries.length; entry++) {
    for (const { client, contenders } of matcher.service(entry).categories) {
      // A driver that was attached here later was matched elsewhere.
      if (client !== null && views.matchedOn(client) !== entry) continue
      competitions++
      // In the kernel's order: nobody asks who runs.
      const [best] = contenders
      const running = contenders.find(({ standing }) => standing === 'running')
      const isAsSaid = best === running || (!running && best?.standing === 'not-considered')
      if (isAsSaid) continue
      const name = (candidate: typeof best): string => candidate?.item.name ?? 'nobody'
      wrong.push(
        `${views.of(entry).name}: ${name(running)} runs, ${name(best)} is named, ${best?.reason.kind}`,
      )
    }
  }
  return { competitions, wrong }
}

test.each(['ioreg -l -w0', 'ioreg -l -i -w0'])(
  'by %s each driver of the demo guest is accepted, and those who run are those who win',
  async command => {
    machine = bootTestMachine()
    const matcher = await matcherOn(machine, command)
    const { accepted, rejected, unknown, details } = selfCheck(matcher)
    expect([rejected, unknown]).toEqual([0, 0])
    expect(accepted).toBeGreaterThan(100)
    expect(details.filter(({ leftOut }) => leftOut.length > 0)).toEqual([])
    const { competitions, wrong } = differences(matcher)
    // Its probe() looks at the disk and finds no GUID partitions there.
    const refused = 'AppleAPFSContainer runs, IOGUIDPartitionScheme is named, passed-over'
    expect(wrong).toEqual([`AppleAPFSMedia: ${refused}`])
    expect(competitions).toBeGreaterThan(100)
    expect(matcher.summary().violations).toEqual([])
  },
)

test('an archive that shows names for classes leaves it open what a provider is, and rejects nobody', async () => {
  machine = bootTestMachine()
  const { accepted, rejected, unknown } = selfCheck(await matcherOn(machine, 'ioreg -a -l -w0'))
  expect(rejected).toBe(0)
  expect(accepted + unknown).toBeGreaterThan(100)
})

test('sample drivers that are loaded run where they win', async () => {
  machine = bootTestMachine()
  const path = machine.push('MyKext.kext')
  await machine.run(`kextload ${path}`)
  const matcher = await matcherOn(machine, 'ioreg -l -w0', path)
  const items = matcher.catalogue.items.filter(
    ({ origin }) => origin.kind === 'installed' && origin.kextPath === path,
  )
  expect(items.length).toBeGreaterThan(0)
  for (const item of items) {
    const { matches } = matcher.personality(item)
    expect(matches.map(({ candidate }) => candidate.standing)).toContain('running')
  }
  expect(selfCheck(matcher)).toMatchObject({ rejected: 0, unknown: 0 })
})
