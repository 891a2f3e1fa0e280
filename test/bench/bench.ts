import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'

/**
 * Everything that docs/performance.md says about speed, measured again: each part in a process of its own,
 * one after the other.
 *
 *   node test/bench/bench.ts [PART …] [--quick] [--write]
 *
 * PART is parse, search, diff, match, hand-over, share or window; all of them when none is named. `--write` puts the tables of the
 * named parts into docs/performance.md.
 */
const parts = ['parse', 'search', 'diff', 'match', 'hand-over', 'share', 'window'] as const
const words = process.argv.slice(2)
const options = words.filter(word => word.startsWith('--'))
const named = words.filter(word => !word.startsWith('--'))
const strange = named.filter(word => !(parts as readonly string[]).includes(word))
if (strange.length > 0) {
  console.error(`there is no part ${strange.join(', ')}; there are ${parts.join(', ')}`)
  process.exit(64)
}

const machine = `Node ${process.version}, ${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown processor'}`
console.log(machine)
for (const part of parts) {
  if (named.length > 0 && !named.includes(part)) continue
  const output = await run(part)
  if (options.includes('--write')) keep(part, `${machine}\n${output}`)
}

/** Shows what the part prints while it prints, and returns it. */
async function run(part: string): Promise<string> {
  const script = join(import.meta.dirname, `${part}.ts`)
  const child = spawn(process.execPath, ['--no-warnings', script, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    process.stdout.write(text)
  })
  const code = await new Promise(done => child.on('close', done))
  if (code !== 0) process.exit(1)
  return output
}

/** Between the marks that docs/performance.md has for the part. */
function keep(part: string, output: string): void {
  const path = join(import.meta.dirname, '../../docs/performance.md')
  const [start, end] = [`<!-- ${part} -->`, `<!-- end of ${part} -->`]
  const page = readFileSync(path, 'utf8')
  const from = page.indexOf(start)
  const to = page.indexOf(end)
  if (from < 0 || to < from) throw new Error(`${path} has no place for ${part}`)
  writeFileSync(
    path,
    `${page.slice(0, from + start.length)}\n\n${output.trim()}\n\n${page.slice(to)}`,
  )
}
