// npm run bench [-- --quick]: runs the benchmark with the Node that the project is installed with, whatever
// Node started this.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const local = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))
const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24
const node = isNewEnough || !existsSync(local) ? process.execPath : local
const bench = fileURLToPath(new URL('../test/bench/bench.ts', import.meta.url))
const { status } = spawnSync(node, ['--no-warnings', bench, ...process.argv.slice(2)], {
  stdio: 'inherit',
})
process.exit(status ?? 1)
