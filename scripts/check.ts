import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

// Everything that must hold before a change is taken. A failing step prints the command that mends it or
// shows more, and the steps after it still run: one run tells all.

const top = resolve(import.meta.dirname, '..')
const results = mkdtempSync(join(tmpdir(), 'kextant-check-'))
const bin = (name: string) => join(top, 'node_modules', ...name.split('/'))

// Also when Ctrl-C ends it: the running step is of the same group and has it too.
process.on('exit', () => rmSync(results, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    running?.kill(signal)
    process.exit(130)
  })
}
let running: ChildProcess | undefined

interface Step {
  readonly name: string
  readonly file: string
  readonly args: readonly string[]
  readonly mend: string
  /** A test runner writes its tally here; any other step counts as one check. */
  readonly tally?: string
}

const steps: readonly Step[] = [
  {
    name: 'types',
    file: bin('@typescript/native/bin/tsc'),
    args: ['-b'],
    mend: 'npm run typecheck',
  },
  {
    name: 'lint',
    file: bin('eslint/bin/eslint.js'),
    args: [
      '.',
      '--max-warnings',
      '0',
      '--cache',
      '--cache-location',
      'node_modules/.cache/eslint/',
    ],
    mend: 'npm run lint',
  },
  {
    name: 'format',
    file: bin('prettier/bin/prettier.cjs'),
    args: ['--check', '--log-level', 'warn', '.'],
    mend: 'npm run format',
  },
  {
    name: 'import rules',
    file: join(top, 'scripts', 'check-imports.ts'),
    args: [],
    mend: 'node scripts/check-imports.ts',
  },
  {
    name: 'unit and integration tests',
    file: bin('vitest/vitest.mjs'),
    args: ['run'],
    mend: 'npm run unit',
    tally: 'unit.json',
  },
  {
    name: 'build',
    file: bin('electron-vite/bin/electron-vite.js'),
    args: ['build', '--config', 'electron.config.ts', '--logLevel', 'warn'],
    mend: 'npm run build',
  },
  {
    name: 'end-to-end tests',
    file: bin('@playwright/test/cli.js'),
    args: ['test'],
    mend: 'npm run e2e',
    tally: 'e2e.json',
  },
]

interface Tally {
  passed: number
  failed: number
  skipped: number
}

const only = process.argv.slice(2)
const chosen =
  only.length === 0 ? steps : steps.filter(step => only.some(word => step.name.includes(word)))
const total: Tally = { passed: 0, failed: 0, skipped: 0 }

for (const step of chosen) {
  process.stdout.write(`\n── ${step.name}\n`)
  const startedAt = Date.now()
  const tallyFile = step.tally ? join(results, step.tally) : undefined
  const code = await run(step, tallyFile)
  const tally = tallyFile ? readTally(tallyFile) : undefined
  total.passed += tally?.passed ?? (code === 0 ? 1 : 0)
  total.skipped += tally?.skipped ?? 0
  // A runner that fails without a failing test (a crash, a broken config) is a failure all the same.
  const failed = tally?.failed ?? 0
  total.failed += failed > 0 ? failed : code === 0 ? 0 : 1
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
  const verdict = code === 0 ? 'ok' : `failed; more by: ${step.mend}`
  process.stdout.write(`── ${step.name}: ${verdict} (${seconds} s)\n`)
}

process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`)
process.exit(total.failed === 0 ? 0 : 1)

function run(step: Step, tallyFile: string | undefined): Promise<number> {
  const child = spawn(process.execPath, [step.file, ...step.args], {
    cwd: top,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...(tallyFile ? { KEXTANT_TALLY: tallyFile } : {}) },
  })
  running = child
  return new Promise(done => {
    child.on('exit', code => done(code ?? 1))
    child.on('error', error => {
      process.stdout.write(`${step.name} cannot be started: ${error.message}\n`)
      done(1)
    })
  })
}

function readTally(file: string): Tally | undefined {
  if (!existsSync(file)) return undefined
  return JSON.parse(readFileSync(file, 'utf8')) as Tally
}
