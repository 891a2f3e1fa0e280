import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

// Everything that must hold before a change is taken. A failing step prints the command that mends it or
// shows more, and the steps after it still run: one run tells all. What reads the source runs beside the first tests,
// which wait for guests more than they compute, and is told after them.

const top = resolve(import.meta.dirname, '..')
const results = mkdtempSync(join(tmpdir(), 'kextant-check-'))
const bin = (name: string) => join(top, 'node_modules', ...name.split('/'))

// Also when Ctrl-C ends it: the running step is of the same group and has it too.
process.on('exit', () => rmSync(results, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    for (const child of running) child.kill(signal)
    process.exit(130)
  })
}
const running = new Set<ChildProcess>()

interface Step {
  readonly name: string
  readonly file: string
  readonly args: readonly string[]
  readonly mend: string
  /** A test runner writes its tally here; any other step counts as one check. */
  readonly tally?: string
}

const checks: readonly Step[] = [
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
]

const runs: readonly Step[] = [
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
const isChosen = ({ name }: Step) => only.length === 0 || only.some(word => name.includes(word))
const total: Tally = { passed: 0, failed: 0, skipped: 0 }

const checking = runQuietly(checks.filter(isChosen))
let areToldChecks = false
for (const step of runs.filter(isChosen)) {
  process.stdout.write(`\n── ${step.name}\n`)
  tell(step, await run(step, 'inherit'))
  await tellChecks()
}
await tellChecks()
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`)
process.exit(total.failed === 0 ? 0 : 1)

interface Ending {
  readonly code: number
  readonly seconds: number
  readonly tally: Tally | undefined
  /** What it printed, where that was kept. */
  readonly said: Buffer
}

async function runQuietly(those: readonly Step[]): Promise<ReadonlyMap<Step, Ending>> {
  const endings = new Map<Step, Ending>()
  for (const step of those) endings.set(step, await run(step, 'pipe'))
  return endings
}

async function tellChecks(): Promise<void> {
  if (areToldChecks) return
  areToldChecks = true
  for (const [step, ending] of await checking) {
    process.stdout.write(`\n── ${step.name}\n`)
    process.stdout.write(ending.said)
    tell(step, ending)
  }
}

function tell(step: Step, { code, seconds, tally }: Ending): void {
  total.passed += tally?.passed ?? (code === 0 ? 1 : 0)
  total.skipped += tally?.skipped ?? 0
  // A runner that fails without a failing test (a crash, a broken config) is a failure all the same.
  const failed = tally?.failed ?? 0
  total.failed += failed > 0 ? failed : code === 0 ? 0 : 1
  const verdict = code === 0 ? 'ok' : `failed; more by: ${step.mend}`
  process.stdout.write(`── ${step.name}: ${verdict} (${seconds.toFixed(1)} s)\n`)
}

async function run(step: Step, output: 'inherit' | 'pipe'): Promise<Ending> {
  const startedAt = Date.now()
  const tallyFile = step.tally && join(results, step.tally)
  const child = spawn(process.execPath, [step.file, ...step.args], {
    cwd: top,
    stdio: ['ignore', output, output],
    env: { ...process.env, ...(tallyFile ? { KEXTANT_TALLY: tallyFile } : {}) },
  })
  running.add(child)
  const said: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => said.push(chunk))
  }
  const code = await new Promise<number>(done => {
    child.on('close', ended => done(ended ?? 1))
    child.on('error', error => {
      process.stdout.write(`${step.name} cannot be started: ${error.message}\n`)
      done(1)
    })
  })
  running.delete(child)
  const tally = tallyFile ? readTally(tallyFile) : undefined
  return { code, seconds: (Date.now() - startedAt) / 1000, tally, said: Buffer.concat(said) }
}

function readTally(file: string): Tally | undefined {
  if (!existsSync(file)) return undefined
  return JSON.parse(readFileSync(file, 'utf8')) as Tally
}
