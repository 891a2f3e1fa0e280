import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'plist'
import { expect, test } from 'vitest'
import { fileWith, runCli } from '../helpers/cli-process.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const dump = `+-o Root  <class IORegistryEntry, id 0x1, retain 19>
  +-o expert  <class IOPlatformExpertDevice, id 0x2, registered, matched, active, busy 0, retain 47>
    +-o IOResources  <class IOResources, id 0x3, registered, matched, active, busy 0, retain 9>
    | | {
    | |   "IOKit" = "IOService"
    | |   "IOBSD" = "IOService"
    | | }
    | |
    | +-o Hello  <class Hello, id 0x4, !registered, !matched, active, busy 0, retain 5>
    |     {
    |       "CFBundleIdentifier" = "org.example.hello"
    |       "IOClass" = "Hello"
    |       "IOProviderClass" = "IOResources"
    |       "IOMatchCategory" = "Hello"
    |       "IOResourceMatch" = "IOBSD"
    |       "IOProbeScore" = 100
    |     }
    |
    +-o port  <class IOPCIDevice, id 0x5, registered, matched, active, busy 0, retain 4>
    |   {
    |     "vendor-id" = <86800000>
    |     "device-id" = <34120000>
    |     "subsystem-vendor-id" = <f41a0000>
    |     "subsystem-id" = <00110000>
    |     "class-code" = <00000c00>
    |     "name" = <"usb">
    |   }
    |
    +-o other  <class IOPCIDevice, id 0x6, registered, matched, active, busy 0, retain 4>
        {
          "vendor-id" = <86800000>
          "device-id" = <99990000>
          "subsystem-vendor-id" = <f41a0000>
          "subsystem-id" = <00110000>
          "name" = <"usb">
        }
`

/** A folder with a kext of these personalities. */
function kextWith(personalities: Record<string, object>): string {
  const path = join(temporaryFolder(), 'Mine.kext')
  mkdirSync(join(path, 'Contents'), { recursive: true })
  const info = {
    CFBundleIdentifier: 'org.example.mine',
    CFBundlePackageType: 'KEXT',
    CFBundleVersion: '1.0',
    OSBundleLibraries: { 'com.apple.kpi.iokit': '17.0' },
    CFBundleExecutable: 'Mine',
    IOKitPersonalities: Object.fromEntries(
      Object.entries(personalities).map(([name, personality]) => [
        name,
        { CFBundleIdentifier: 'org.example.mine', IOClass: 'Mine', ...personality },
      ]),
    ),
  }
  writeFileSync(join(path, 'Contents', 'Info.plist'), build(info))
  return path
}

const pci = { IOProviderClass: 'IOPCIDevice', IOPCIMatch: '0x12348086' }

test('of a service the personalities are told in the kernel’s order, a reason a line', async () => {
  const kext = kextWith({
    Good: pci,
    Better: { ...pci, IOProbeScore: 500 },
    Other: { ...pci, IOPCIMatch: '0x43218086', IOProbeScore: 900 },
    Apart: { ...pci, IOMatchCategory: 'Apart' },
  })
  const { code, stdout, stderr } = await runCli([
    ...['match', fileWith(dump), '--service', 'port', '--kext', kext],
  ])
  expect([code, stderr]).toEqual([0, ''])
  const lines = stdout.split('\n')
  expect(lines[0]).toBe('● port  IOPCIDevice  0x5')
  const ranked = lines.filter(line => line.includes('(what if)')).map(line => line.trim())
  expect(ranked.map(line => /^(\w+) +(-?\d+) .*?(\w+) of/.exec(line)!.slice(1, 4))).toEqual([
    ['fails', '900', 'Other'],
    ['wins', '500', 'Better'],
    ['wins', '0', 'Apart'],
    ['loses', '0', 'Good'],
  ])
  expect(ranked[0]).toContain('IOPCIMatch')
  expect(ranked[0]).toContain('0x43218086')
  expect(ranked[3]).toContain('Better')
  expect(lines).toContain('Match categories')
  expect(stdout).toContain('not explained by a known Info.plist')
})

interface CandidateJson {
  readonly personality: {
    readonly name: string
    readonly ownScore: number
    readonly origin: string
  }
  readonly standing: string
  readonly score: number | null
  readonly reason: { readonly kind: string; readonly sentence: string; readonly key?: string }
  readonly checks: readonly { readonly key: string; readonly outcome: string }[]
}

test('--json has every key that was looked at, with both sides', async () => {
  const kext = kextWith({ Good: pci, Other: { ...pci, IOPCIMatch: '0x43218086' } })
  const { code, stdout } = await runCli([
    ...['match', fileWith(dump), '--service', '0x5', '--kext', kext, '--json'],
  ])
  expect(code).toBe(0)
  const shown = JSON.parse(stdout) as {
    service: object
    classesFrom: string
    registered: boolean
    candidates: readonly CandidateJson[]
    categories: readonly { category: string; winner: { name: string }; client: null }[]
    notes: readonly string[]
  }
  expect(shown.service).toEqual({
    id: '0x5',
    path: 'IOService:/expert/port',
    name: 'port',
    class: 'IOPCIDevice',
  })
  expect(shown.registered).toBe(true)
  const [good, other] = shown.candidates
  expect(good).toMatchObject({
    personality: { name: 'Good', bundleIdentifier: 'org.example.mine', origin: 'what-if' },
    standing: 'wins',
    result: 'matches',
  })
  expect(good!.checks.at(-1)).toMatchObject({
    key: 'IOPCIMatch',
    outcome: 'holds',
    wanted: '0x12348086',
  })
  expect(other).toMatchObject({
    standing: 'fails',
    score: null,
    reason: { key: 'IOPCIMatch' },
  })
  expect(shown.categories).toMatchObject([
    { category: 'IODefaultMatchCategory', winner: { name: 'Good' }, client: null },
  ])
})

test('of a personality the services are told that it matches, then its nearest misses', async () => {
  const kext = kextWith({ Good: { ...pci, IOPropertyMatch: { name: 'usb' } } })
  const dumpFile = fileWith(dump)
  const text = await runCli(['match', dumpFile, '--kext', kext])
  expect(text.code).toBe(0)
  expect(text.stdout).toContain('Good of org.example.mine\n')
  expect(text.stdout).toContain(`  from what if: ${kext}, “Good”\n`)
  expect(text.stdout).toContain('1 service of 2 of its provider class matches\n')
  expect(text.stdout).toMatch(/wins +\d.* IOService:\/expert\/port/)
  expect(text.stdout).toContain('Nearest misses\n  1 key   IOService:/expert/other\n')
  const named = await runCli([
    'match',
    dumpFile,
    '--kext',
    kext,
    '-p',
    'org.example.mine',
    '--json',
  ])
  const { personalities } = JSON.parse(named.stdout) as {
    personalities: readonly {
      considered: number
      matches: readonly { service: { id: string }; standing: string }[]
      misses: readonly { service: { id: string }; failing: readonly { key: string }[] }[]
    }[]
  }
  expect(personalities).toHaveLength(1)
  expect(personalities[0]!.considered).toBe(2)
  expect(personalities[0]!.matches.map(({ service, standing }) => [service.id, standing])).toEqual([
    ['0x5', 'wins'],
  ])
  expect(
    personalities[0]!.misses.map(({ service, failing }) => [service.id, failing.map(c => c.key)]),
  ).toEqual([['0x6', ['IOPCIMatch']]])
})

test('a service and a personality together show each key with both sides', async () => {
  const kext = kextWith({ Good: { ...pci, IONameMatch: 'usb' } })
  const { code, stdout } = await runCli([
    ...['match', fileWith(dump), '--kext', kext, '-p', 'Good', '-s', 'other'],
  ])
  expect(code).toBe(1)
  expect(stdout).toContain('  on other  IOPCIDevice  0x6\n')
  expect(stdout).toMatch(/✓ IONameMatch/)
  expect(stdout).toMatch(/✗ IOPCIMatch/)
  expect(stdout).toContain('      wanted = "0x12348086"')
})

test('with neither, every service is told in which somebody runs or could', async () => {
  const { code, stdout } = await runCli(['match', fileWith(dump)])
  expect(code).toBe(0)
  expect(stdout).toContain('1 personality, 1 service of their provider classes, 1 with one that')
  expect(stdout).toContain('1 competition: 1 won as predicted\n')
  expect(stdout).toContain(
    'IOService:/expert/IOResources\n  runs   Hello of org.example.hello  Hello, 1 contender\n',
  )
  const json = await runCli(['match', fileWith(dump), '--json'])
  expect(JSON.parse(json.stdout)).toMatchObject({
    personalities: 1,
    outcomes: { 'as-predicted': 1, otherwise: 0, free: 0 },
    competitions: [
      {
        service: { id: '0x3' },
        category: 'Hello',
        outcome: 'as-predicted',
        client: { id: '0x4' },
        running: { name: 'Hello' },
        best: { name: 'Hello' },
        tied: false,
        contenders: 1,
      },
    ],
    violations: [],
  })
})

test('the self-check counts drivers whose own personality is accepted', async () => {
  const { code, stdout } = await runCli(['match', fileWith(dump), '--self-check', '--json'])
  expect(code).toBe(0)
  const { details, ...counts } = JSON.parse(stdout) as { details: readonly object[] }
  expect(counts).toMatchObject({ accepted: 1, rejected: 0, unknown: 0, violations: 0 })
  expect(details).toMatchObject([
    { instance: { id: '0x4' }, provider: { id: '0x3' }, outcome: 'accepted', result: 'matches' },
  ])
  const changed = dump.replace('"IOBSD" = "IOService"', '"IOPSD" = "IOService"')
  const text = await runCli(['match', fileWith(changed), '--self-check'])
  expect(text.code).toBe(0)
  expect(text.stdout).toContain('1 driver checked against its provider\n')
  expect(text.stdout).toContain('1 rejected')
  expect(text.stdout).toContain('rejected  IOService:/expert/IOResources/Hello\n')
})

test('the demo guest: every driver that runs was predicted, and none is rejected', async () => {
  const { code, stdout } = await runCli(['match', 'demo', '--self-check', '--json'])
  const { accepted, rejected, unknown } = JSON.parse(stdout) as Record<string, number>
  expect(code).toBe(0)
  expect(accepted).toBeGreaterThan(100)
  expect([rejected, unknown]).toEqual([0, 0])
})

test('what is not there is said, with what is like it', async () => {
  const path = fileWith(dump)
  const nobody = await runCli(['match', path, '--personality', 'Helo'])
  expect(nobody).toMatchObject({ code: 1, stdout: '' })
  expect(nobody.stderr).toBe(
    'kextant: no personality is called “Helo”. Is one of these meant: Hello?\n',
  )
  const nowhere = await runCli(['match', path, '--service', 'prt'])
  expect(nowhere).toMatchObject({ code: 1, stdout: '' })
  expect(nowhere.stderr).toContain('no entry is “prt”')
  const unmatched = await runCli(['match', path, '--service', 'port'])
  expect(unmatched.code).toBe(1)
  expect(unmatched.stdout).toContain('No personality is for one of its classes.\n')
  const bare = kextWith({ Bare: { IOProviderClass: 5 } })
  const ignored = await runCli(['match', path, '--kext', bare])
  expect(ignored).toMatchObject({ code: 1, stdout: '' })
  expect(ignored.stderr).toContain('Bare of org.example.mine: Its IOProviderClass is not a string')
})

test('a list of kexts holds no registry to match', async () => {
  const list =
    'Index Refs Address            Size       Wired      Name (Version) <Linked Against>\n' +
    '    1   97 0xffffff7f80c00000 0x9e50     0x9e50     com.apple.kpi.bsd (18.7.0)\n'
  const { code, stdout, stderr } = await runCli(['match', fileWith(list)])
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toContain('holds no registry')
})

test('wrong usage and what cannot be read have exit codes of their own', async () => {
  const path = fileWith(dump)
  expect((await runCli(['match'])).code).toBe(64)
  expect((await runCli(['match', path, '--self-check', '--service', 'port'])).code).toBe(64)
  expect((await runCli(['match', `${path}.nothing`])).code).toBe(2)
  expect((await runCli(['match', path, '--kext', temporaryFolder()])).code).toBe(2)
  const help = await runCli(['match', '--help'])
  expect(help.code).toBe(0)
  for (const word of ['--service', '--personality', '--kext', '--self-check', 'Exit codes']) {
    expect(help.stdout).toContain(word)
  }
})
