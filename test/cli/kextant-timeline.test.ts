import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from '../helpers/cli-process.ts'
import { startService } from '../helpers/start-service.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const dump = (clients: string) =>
  `+-o Root  <class IORegistryEntry, id 0x100, retain 1>\n${clients}`
const client = (name: string, id: number) =>
  `  +-o ${name}  <class IOService, id 0x${id.toString(16)}, retain 2>\n`

/** Three files were opened in a window, one after the other; then it was closed. */
async function keptSession() {
  const settings = temporaryFolder()
  const { service } = startService({ keepsSession: true, settingsFolder: settings })
  const folder = temporaryFolder()
  const { signal } = new AbortController()
  for (const [i, text] of [
    dump(client('Stays', 0x110) + client('Goes', 0x111)),
    dump(client('Stays', 0x110)),
    dump(client('Stays', 0x110) + client('Come\u001b[31m', 0x112)),
  ].entries()) {
    const path = join(folder, `dump-${i}.txt`)
    writeFileSync(path, text)
    await service.handlers['capture.open']({ path }, signal)
  }
  const { sessionId } = await service.handlers['timeline.get']({}, signal)
  await service.stop()
  const env = { KEXTANT_SETTINGS: settings, TZ: 'UTC' }
  const withoutTimes = (text: string) =>
    text
      .replaceAll(sessionId, 'SESSION')
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME')
      .replace(/ {2,}/g, '  ')
  return {
    sessionId,
    env,
    withoutTimes,
    timeline: (...args: string[]) => runCli(['timeline', ...args], env),
  }
}

test('the sessions and the snapshots of one are listed, with what led to each', async () => {
  const { timeline, withoutTimes } = await keptSession()
  const [list, looks] = await Promise.all([timeline(), timeline('looks', 'last')])
  expect(list).toMatchObject({ code: 0, stderr: '' })
  expect(withoutTimes(list.stdout)).toMatch(
    /^# {2}Began {2}Snapshots {2}Size {2}Session {2}Of\n1 {2}TIME {2}3 {2}0\.0 MB {2}SESSION {2}dump-0\.txt, dump-1\.txt, dump-2\.txt\n$/,
  )
  expect(withoutTimes(looks.stdout)).toMatchInlineSnapshot(`
    "#  Time  Entries  Services  Kexts  What led to it  Of
    1  TIME  3  0  -  opened  dump-0.txt
    2  TIME  2  0  -  opened  dump-1.txt
    3  TIME  3  0  -  opened  dump-2.txt
    "
  `)
})

test('one is shown, exported, taken as a source and compared with another', async () => {
  const { timeline, sessionId, env } = await keptSession()
  const output = join(temporaryFolder(), 'second.kextant')
  const [show, exported, diff, tree] = await Promise.all([
    timeline('show', sessionId.slice(0, 12), '2', '--json'),
    timeline('export', '1', '2', '-o', output),
    timeline('diff', 'last', '1', 'last'),
    runCli(['tree', 'session:last/1'], env),
  ])
  expect(show).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(show.stdout)).toMatchObject({ source: 'dump-1.txt', format: 'ioreg-text' })
  expect(diff.code).toBe(1)
  expect(diff.stdout).toMatch(/^- .*Goes/m)
  expect(diff.stdout).toMatch(/^\+ .*Come\\u001b\[31m/m)
  expect(tree.stdout).toContain('Goes')
  expect(exported).toMatchObject({ code: 0 })
  const again = await runCli(['diff', output, 'session:last/2'], env)
  expect(again).toMatchObject({ code: 0, stderr: '' })
})

test('what is not there is said with what is, and a newer Kextant’s session in its own words', async () => {
  const { timeline } = await keptSession()
  const newer = '20300101000000000-0badcafe'
  const own = temporaryFolder()
  mkdirSync(join(own, 'sessions', newer), { recursive: true })
  const line = { kind: 'session', formatVersion: 7, id: newer, startedAt: '2030-01-01T00:00:00Z' }
  writeFileSync(join(own, 'sessions', newer, 'index.jsonl'), JSON.stringify(line))
  const at = (...args: string[]) => runCli(['timeline', ...args], { KEXTANT_SETTINGS: own })
  const [none, number, name, list, looks] = await Promise.all([
    runCli(['timeline']),
    timeline('show', 'last', '4'),
    timeline('looks', 'nothing'),
    at(),
    at('looks', 'last'),
  ])
  expect(none).toEqual({ code: 1, stdout: '', stderr: 'kextant: no session is kept.\n' })
  expect(number.code).toBe(2)
  expect(number.stderr).toMatch(
    /^kextant: session:\S+ cannot be read: it has snapshots 1 to 3, and no “4”\.\n$/,
  )
  expect(name.stderr).toMatch(/^kextant: session:nothing cannot be read: there is no such session/)
  expect(list.stdout).toContain('kept by a newer Kextant (form 7)')
  expect(looks.code).toBe(2)
  expect(looks.stderr).toContain('a newer Kextant has kept it (form 7)')
})
