import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { projectFolder } from '../../scripts/lib/prepare.mjs'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

// The set-up before anything is there, in folders of its own, with stand-ins for npm and the bundler that
// write down that they ran.

const prepare = pathToFileURL(join(projectFolder, 'scripts', 'lib', 'prepare.mjs')).href

interface Ending {
  readonly code: number | null
  readonly text: string
}

/** Runs one line of code that uses prepare.mjs as `p`, in a process of its own. */
function run(code: string, env: Record<string, string> = {}): Promise<Ending> {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', `import * as p from ${JSON.stringify(prepare)}\n${code}`],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  }
  return new Promise(done => child.on('close', exit => done({ code: exit, text })))
}

function write(path: string, text: string, mode = 0o644): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

const countOf = (path: string) =>
  existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').length : 0

/** A folder with a lockfile, and an npm that takes a moment and counts its runs. */
function project({ npmFails = false } = {}) {
  const folder = temporaryFolder()
  write(join(folder, 'package-lock.json'), '{"lockfileVersion":3}')
  const runs = join(folder, 'npm-runs')
  const npm = write(
    join(folder, 'npm'),
    `#!/bin/sh
echo run >> '${runs}'
rm -rf node_modules; sleep 0.3; mkdir -p node_modules
${npmFails ? 'echo "network unreachable" >&2; exit 1' : 'exit 0'}
`,
    0o755,
  )
  const install = `p.ensureInstalled(${JSON.stringify(folder)}, ${JSON.stringify(npm)})`
  return { folder, npm, install, runs: () => countOf(runs) }
}

test('packages are installed once, and again when the lockfile has changed', async () => {
  const { folder, install, runs } = project()
  const first = await run(install)
  expect([first.code, first.text]).toEqual([0, expect.stringContaining('installing')])
  expect(await run(install)).toEqual({ code: 0, text: '' })
  expect(runs()).toBe(1)
  writeFileSync(join(folder, 'package-lock.json'), '{"lockfileVersion":3,"changed":true}')
  await run(install)
  expect(runs()).toBe(2)
})

test('an install that fails says what npm said, and is tried again the next time', async () => {
  const { install, runs } = project({ npmFails: true })
  for (const time of [1, 2]) {
    const { code, text } = await run(install)
    expect(code).toBe(1)
    expect(text).toContain('network unreachable')
    expect(text).not.toMatch(/\n\s+at /)
    expect(runs()).toBe(time)
  }
})

test('an npm that is not there is named', async () => {
  const { folder } = project()
  const { code, text } = await run(`p.ensureInstalled(${JSON.stringify(folder)}, '/nowhere/npm')`)
  expect([code, text]).toEqual([1, expect.stringContaining('npm cannot be started')])
})

test('two commands at once install once', async () => {
  const { install, runs } = project()
  const endings = await Promise.all([run(install), run(install)])
  expect(endings.map(({ code }) => code)).toEqual([0, 0])
  expect(runs()).toBe(1)
})

/** A project whose bundler counts its runs and writes the products. */
function built() {
  const folder = temporaryFolder()
  write(join(folder, 'core', 'a.ts'), 'a')
  write(join(folder, 'core', 'b.ts'), 'b')
  const runs = join(folder, 'build-runs')
  const products = [
    ...['main/electron.js', 'main/web.js', 'main/dump-scanner.wasm'],
    ...['preload/index.cjs', 'renderer/index.html'],
  ]
  write(
    join(folder, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'),
    `const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs')
     const { dirname } = require('node:path')
     appendFileSync(${JSON.stringify(runs)}, 'run\\n')
     for (const product of ${JSON.stringify(products)}) {
       mkdirSync(dirname('out/' + product), { recursive: true })
       writeFileSync('out/' + product, '')
     }`,
  )
  const build = `p.ensureBuilt(process.execPath, ${JSON.stringify(folder)})`
  return { folder, build, runs: () => countOf(runs) }
}

test('the app is built when a source was changed, deleted or put back, or a product is gone', async () => {
  const { folder, build, runs } = built()
  await run(build)
  await run(build)
  expect(runs()).toBe(1)
  writeFileSync(join(folder, 'core', 'a.ts'), 'changed')
  await run(build)
  expect(runs()).toBe(2)
  rmSync(join(folder, 'core', 'b.ts'))
  await run(build)
  expect(runs()).toBe(3)
  // Older than the last build, as a file out of an archive is.
  write(join(folder, 'core', 'c.ts'), 'c')
  utimesSync(join(folder, 'core', 'c.ts'), 1, 1)
  await run(build)
  expect(runs()).toBe(4)
  // From a clock that is ahead: built once, not each time.
  utimesSync(join(folder, 'core', 'c.ts'), 9e9, 9e9)
  await run(build)
  await run(build)
  expect(runs()).toBe(5)
  rmSync(join(folder, 'out', 'main', 'web.js'))
  await run(build)
  expect(runs()).toBe(6)
})

test('the dump scanner is compiled when its sources changed or it is gone, and not by two at once', async () => {
  const folder = temporaryFolder()
  const runs = join(folder, 'compiler-runs')
  write(join(folder, 'core', 'scan', 'index.ts'), 'a')
  write(join(folder, 'node_modules', 'assemblyscript', 'package.json'), '{}')
  write(
    join(folder, 'node_modules', 'assemblyscript', 'bin', 'asc.js'),
    `const { appendFileSync, writeFileSync } = require('node:fs')
     appendFileSync(${JSON.stringify(runs)}, 'run\\n')
     writeFileSync(process.argv[process.argv.indexOf('--outFile') + 1], 'scanner')`,
  )
  const build = `p.ensureEngine(process.execPath, ${JSON.stringify(folder)})`
  const product = join(folder, 'out', 'engine', 'dump-scanner.wasm')
  await Promise.all([run(build), run(build)])
  expect([countOf(runs), readFileSync(product, 'utf8')]).toEqual([1, 'scanner'])
  write(join(folder, 'core', 'scan', 'index.ts'), 'b')
  await run(build)
  await run(build)
  expect(countOf(runs)).toBe(2)
  rmSync(product)
  await run(build)
  expect(countOf(runs)).toBe(3)
})

test('a scanner that does not compile ends the command with the words of the compiler', async () => {
  const folder = temporaryFolder()
  write(join(folder, 'core', 'scan', 'index.ts'), 'a')
  write(join(folder, 'node_modules', 'assemblyscript', 'package.json'), '{}')
  const compiler = join(folder, 'node_modules', 'assemblyscript', 'bin', 'asc.js')
  write(compiler, `process.stderr.write('no such type'); process.exit(1)`)
  const { code, text } = await run(`p.ensureEngine(process.execPath, ${JSON.stringify(folder)})`)
  expect([code, text]).toEqual([1, expect.stringMatching(/no such type[^]*cannot be compiled/)])
})

test('an old Node without one from the lockfile is refused with what to install', async () => {
  const folder = temporaryFolder()
  const { code, text } = await run(`p.findNode(${JSON.stringify(folder)}, '20.19.0')`)
  expect([code, text]).toEqual([1, expect.stringContaining('please install Node 24')])
})

test('the set-up is plain JavaScript without packages, as a bare Node 20 needs it', () => {
  for (const name of ['lib/prepare.mjs', 'start.mjs', 'test.mjs', 'dev.mjs', 'kextant.mjs']) {
    const text = readFileSync(join(projectFolder, 'scripts', name), 'utf8')
    const imported = [...text.matchAll(/from '([^']+)'/g)].map(match => match[1]!)
    expect(imported.filter(wanted => !/^(node:|\.)/.test(wanted))).toEqual([])
  }
})
