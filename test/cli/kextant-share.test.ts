import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { endingOf, fileWith, runCli, startCli } from '../helpers/cli-process.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { writeBenchDump } from '../helpers/write-bench-dump.ts'

const dump = `+-o Root  <class IORegistryEntry, id 0x100000100, retain 12>
  | {
  |   "OS Build Version" = "17G65"
  | }
  | 
  +-o MacBookPro12,1  <class IOPlatformExpertDevice, id 0x100000110, registered, matched, active, busy 0 (0 ms), retain 30>
    | {
    |   "IOPlatformSerialNumber" = "C02QX3ABG8WL"
    |   "IOPlatformUUID" = "5F0C2C2E-8B2A-5F9B-9C1D-0A1B2C3D4E5F"
    |   "script" = "</script><img src=x onerror=alert(1)>"
    | }
    | 
    +-o en0  <class IOEthernetInterface, id 0x100000111, registered, matched, active, busy 0 (0 ms), retain 9>
        {
          "IOMACAddress" = <a820661d2e3f>
        }
        
`
const secrets = ['C02QX3ABG8WL', '5F0C2C2E', 'a820661d2e3f']

test('what would be replaced is listed by category, and nothing is written', async () => {
  const { code, stdout } = await runCli(['redact', fileWith(dump), '--list'])
  expect(code).toBe(0)
  // Pseudonyms are made with a key of this user's, so they differ in each run of this test.
  const shape = stdout.replace(/→ {2}[\dA-Za-z:-]+/g, '→  …')
  expect(shape).toMatchInlineSnapshot(`
    "Serial numbers (1)
      C02QX3ABG8WL  →  …   1×, IOPlatformSerialNumber
    UUIDs of the machine, its disks and its boots (1)
      5F0C2C2E-8B2A-5F9B-9C1D-0A1B2C3D4E5F  →  …   1×, IOPlatformUUID, dump
    Hardware addresses: Ethernet, Wi-Fi, Bluetooth, FireWire (1)
      a8:20:66:1d:2e:3f  →  …   1×, IOMACAddress
    "
  `)
})

test('a redacted capture holds none of the secrets, and reads as before', async () => {
  const folder = temporaryFolder()
  const output = join(folder, 'share.kextant')
  const ending = await runCli(['redact', fileWith(dump), '-o', output])
  expect(ending).toMatchObject({ code: 0 })
  expect(ending.stderr).toContain('3 values are replaced')
  const text = join(folder, 'again.txt')
  expect(await runCli(['convert', output, '-o', text, '--era', '10.13'])).toMatchObject({ code: 0 })
  const again = readFileSync(text, 'utf8')
  for (const secret of secrets) expect(again).not.toContain(secret)
  expect(again.replace(/"[\dA-Z]{12}"|"[\dA-F-]{36}"|<[\da-f]{12}>/g, '…')).toBe(
    dump.replace(/"C02QX3ABG8WL"|"5F0C[^"]*"|<a820661d2e3f>/g, '…'),
  )
})

test('one user’s machines have one pseudonym in every file, another user’s have others', async () => {
  const list = async (settings: string) =>
    (await runCli(['redact', fileWith(dump), '--list'], { KEXTANT_SETTINGS: settings })).stdout
  const [mine, hers] = [temporaryFolder(), temporaryFolder()]
  expect(await list(mine)).toBe(await list(mine))
  expect(await list(mine)).not.toBe(await list(hers))
})

test('a value that is kept stays, and so does a category that is not named', async () => {
  const output = join(temporaryFolder(), 'share.kextant')
  const args = ['--only', 'serials', 'uuids', '--keep', 'C02QX3ABG8WL']
  const { stderr } = await runCli(['redact', fileWith(dump), '-o', output, ...args, 'C02OTHER'])
  expect(stderr).toContain('“C02OTHER” is none of the values; --list shows them.')
  const { stdout } = await runCli(['convert', output, '-o', '-', '--to', 'text'])
  expect(stdout).toContain('C02QX3ABG8WL')
  expect(stdout).toContain('a820661d2e3f')
  expect(stdout).not.toContain('5F0C2C2E')
})

test('a report is one file without script or links, in which the guest’s text is no markup', async () => {
  const output = join(temporaryFolder(), 'machine.html')
  expect(await runCli(['report', fileWith(dump), '-o', output])).toMatchObject({ code: 0 })
  const page = readFileSync(output, 'utf8')
  expect(page).toContain('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;')
  expect(page).not.toMatch(/<script|<img|<link|<a |url\(/)
  expect(page).toContain('<b>en0</b> <code>IOEthernetInterface</code>')
  expect(page).toContain('C02QX3ABG8WL')
})

test('a redacted report against another capture tells the changes and no secret', async () => {
  const output = join(temporaryFolder(), 'changes.html')
  const later = dump.replace('"17G65"', '"17G99"')
  const args = ['-o', output, '--against', fileWith(dump), '--redact']
  expect(await runCli(['report', fileWith(later), ...args])).toMatchObject({ code: 0 })
  const page = readFileSync(output, 'utf8')
  expect(page).toContain('&quot;17G65&quot; → &quot;17G99&quot;')
  for (const secret of secrets) expect(page).not.toContain(secret)
})

test('Ctrl-C while the file is packed leaves nothing of it', async () => {
  const large = join(temporaryFolder(), 'dump.txt')
  writeBenchDump(large, 'text', 12_000)
  const folder = temporaryFolder()
  const child = startCli(['redact', large, '-o', join(folder, 'share.kextant')])
  const ended = endingOf(child)
  await expect.poll(() => readdirSync(folder), { timeout: 30_000, interval: 5 }).toHaveLength(1)
  expect(readdirSync(folder)[0]).toMatch(/\.tmp$/)
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ code: 130, stdout: '' })
  expect(readdirSync(folder)).toEqual([])
})

test('a file that is there is left as it is', async () => {
  const output = fileWith('mine', 'mine.html')
  const ending = await runCli(['report', fileWith(dump), '-o', output])
  expect(ending).toMatchObject({ code: 2, stdout: '' })
  expect(readFileSync(output, 'utf8')).toBe('mine')
})
