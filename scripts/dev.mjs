// npm run dev: hot reload, in a browser against the web host, and in Electron where its binary is.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import {
  ensureEngine,
  ensureInstalled,
  findElectron,
  findNode,
  giveUp,
  hasDisplay,
  isRootOnLinux,
  nodeFirstOnPath,
  projectFolder,
  say,
} from './lib/prepare.mjs'

const args = process.argv.slice(2)
/** `--web` is for this script; the rest is for the web host. */
const hostArgs = args.filter(argument => argument !== '--web')
ensureInstalled()
const node = findNode()
ensureEngine(node)
const env = { ...process.env, ...nodeFirstOnPath(node) }
const children = []

function start(commandArgs, options) {
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', ...commandArgs], {
    cwd: projectFolder,
    env,
    ...options,
  })
  children.push(child)
  child.on('error', error => giveUp(`${node} cannot be started: ${error.message}`))
  return child
}

// However this ends, nothing that it started stays.
process.on('exit', () => {
  for (const child of children) child.kill('SIGTERM')
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(0))

// Node restarts the host when one of its sources changes; the page reloads by Vite.
const host = start(
  ['--watch', join('main', 'web', 'index.ts'), '--dev', '--allow-changes', ...hostArgs],
  { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
)
host.on('message', message => {
  if (message?.kind === 'address') say(`the page with hot reload: ${message.address}`)
})
host.on('exit', code => process.exit(code ?? 0))

const electron = args.includes('--web') ? { ok: false, reason: '--web' } : findElectron()
if (electron.ok && hasDisplay()) {
  say(`the Electron window with hot reload (Electron ${electron.version})`)
  const cli = join('node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const flags = isRootOnLinux ? ['--', '--no-sandbox'] : []
  start([cli, 'dev', '--config', 'electron.config.ts', '--watch', ...flags], { stdio: 'inherit' })
} else {
  const reason = electron.ok ? 'there is no display' : electron.reason
  say(`no Electron window: ${reason}. The page runs in any browser of this machine.`)
}
