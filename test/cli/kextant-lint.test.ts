import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { LintReport } from '../../core/lint/lint-report.ts'
import { lintLines } from '../../main/cli/format/lint-lines.ts'
import { lookOf } from '../../main/cli/look.ts'
import { fileWith, runCli } from '../helpers/cli-process.ts'
import { samplesFolder } from '../helpers/start-service.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const sample = (name: string): string => join(samplesFolder, name)

/** MyKext with its Info.plist changed by text. */
function changedKext(from: string, to: string): string {
  const path = join(temporaryFolder(), 'MyKext.kext')
  cpSync(sample('MyKext.kext'), path, { recursive: true })
  const infoPlist = join(path, 'Contents', 'Info.plist')
  const text = readFileSync(infoPlist, 'utf8')
  expect(text).toContain(from)
  writeFileSync(infoPlist, text.replace(from, to))
  return path
}

test('findings are lines with their place, what is so, and what to do', () => {
  const report: LintReport = {
    path: '/tmp/Foo.kext',
    subject: 'bundle',
    bundleIdentifier: 'com.example.Foo',
    version: '1.0',
    against: 'guest',
    executable: {
      file: 'Contents/MacOS/Foo',
      images: [
        {
          architecture: 'x86_64',
          fileType: 'a kext (MH_KEXT_BUNDLE)',
          uuid: null,
          classes: [{ name: 'Foo', superclass: 'IOService' }],
          importedClasses: [],
          undefinedSymbolCount: 1,
        },
      ],
    },
    plugIns: ['Contents/PlugIns/Bar.kext'],
    findings: [
      {
        severity: 'error',
        rule: 'personality-class',
        where: {
          file: 'Contents/Info.plist',
          keyPath: ['IOKitPersonalities', 'Foo', 'IOClass'],
          line: null,
        },
        sentence: 'Personality “\u001b[2J” has no IOClass.',
        advice: 'Name the class.',
      },
      {
        severity: 'note',
        rule: 'class-only-declared',
        where: { file: 'foo.cpp', keyPath: [], line: 12 },
        sentence: 'Bar is declared.',
        advice: '',
      },
    ],
    omitted: 3,
    counts: { error: 1, warning: 0, note: 4 },
  }
  const look = lookOf({ isTTY: false, columns: 80 }, 'never')
  expect([...lintLines([report], look)]).toEqual([
    '/tmp/Foo.kext, against guest',
    'com.example.Foo 1.0, x86_64 with 1 class, 1 plug-in: 1 error, 4 notes',
    'error  Contents/Info.plist: IOKitPersonalities/Foo/IOClass  [personality-class]',
    '  Personality “\\u001b[2J” has no IOClass.',
    '  Name the class.',
    'note  foo.cpp:12  [class-only-declared]',
    '  Bar is declared.',
    '… and 3 more, which are not listed',
  ])
})

test('a good kext ends with 0, and one with an error with 1', async () => {
  const good = await runCli(['lint', sample('HangsInStart.kext')])
  expect(good).toMatchObject({ code: 0, stderr: '' })
  expect(good.stdout).toContain('io.darwinos.contrib.HangsInStart 1.0.0, x86_64 with 1 class')
  const bad = await runCli([
    'lint',
    changedKext('<string>1.0.0</string>\n\t<key>IOKit', '<string>1.0-b</string>\n\t<key>IOKit'),
  ])
  expect(bad.code).toBe(1)
  expect(bad.stdout).toContain('error  Contents/Info.plist: CFBundleVersion  [bundle-version]\n')
})

test('warnings alone end with 0', async () => {
  const path = changedKext('<key>IOMatchCategory</key>', '<key>IOMatchCatagory</key>')
  const { code, stdout } = await runCli(['lint', path, '--json'])
  expect(code).toBe(0)
  const [report] = JSON.parse(stdout) as LintReport[]
  expect(report!.findings.filter(({ severity }) => severity === 'warning')).toMatchObject([
    { rule: 'resources-category' },
    {
      rule: 'key-misspelt',
      where: {
        file: 'Contents/Info.plist',
        keyPath: ['IOKitPersonalities', 'MyKext', 'IOMatchCatagory'],
      },
      advice: 'Write IOMatchCategory.',
    },
  ])
})

test('against the demo guest libraries are looked up; several paths are reported together', async () => {
  const paths = ['MyKext.kext', 'MissingDependency.kext'].map(sample)
  const { code, stdout } = await runCli(['lint', ...paths, '--against', 'demo', '--json'])
  expect(code).toBe(1)
  const reports = JSON.parse(stdout) as LintReport[]
  expect(reports.map(({ path, against, counts }) => [path, against, counts.error])).toEqual([
    [paths[0], 'Demo guest', 0],
    [paths[1], 'Demo guest', 1],
  ])
  expect(reports[1]!.findings[0]).toMatchObject({
    rule: 'library-not-found',
    where: { keyPath: ['OSBundleLibraries', 'io.darwinos.contrib.NotInstalled'] },
  })
})

test('a dump tells no kexts, which is said and is no error', async () => {
  const dump = fileWith('+-o Root  <class IORegistryEntry, id 0x1>\n')
  const { code, stdout } = await runCli(['lint', sample('MyKext.kext'), '--against', dump])
  expect(code).toBe(0)
  expect(stdout).toContain('[guest-incomplete]')
})

test('what cannot be read ends with 2, and the other paths are looked at all the same', async () => {
  const { code, stdout, stderr } = await runCli([
    'lint',
    join(temporaryFolder(), 'None.kext'),
    sample('MyKext.kext'),
  ])
  expect(code).toBe(2)
  expect(stderr).toMatch(/None\.kext cannot be read: there is no such file or folder/)
  expect(stdout).toContain('io.darwinos.contrib.MyKext')
})

test('an unreadable SOURCE ends with 2, and no path with 64', async () => {
  const [unreadable, empty] = await Promise.all([
    runCli(['lint', sample('MyKext.kext'), '--against', '/nowhere/dump.txt']),
    runCli(['lint']),
  ])
  expect(unreadable).toMatchObject({ code: 2, stdout: '' })
  expect(empty).toMatchObject({ code: 64, stdout: '' })
})

test('the help tells the exit codes and gives examples', async () => {
  const { code, stdout } = await runCli(['lint', '--help'])
  expect(code).toBe(0)
  expect(stdout).toContain('--against <source>')
  expect(stdout).toContain('0 no error (warnings and notes there may be); 1 errors;')
})
