// npm start: sets up what is missing and opens the app, in the best way this machine has.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import {
  ensureBuilt,
  ensureInstalled,
  fetchElectron,
  findChromium,
  findElectron,
  findNode,
  hasDisplay,
  isRootOnLinux,
  nodeFirstOnPath,
  projectFolder,
  say,
} from './lib/prepare.mjs'

const usage = `npm start -- [FILE …] [--demo] [--web] [--port N]

  FILE      a dump or a saved capture to open; the last one is shown
  --demo    go straight to the built-in demo guest
  --web     use the local web host even where Electron is there
  --port N  port of the web host (else a free one)
`

const args = process.argv.slice(2)
if (args.includes('--help') || args.includes('-h')) {
  process.stdout.write(usage)
  process.exit(0)
}
const portAt = args.indexOf('--port')
const port = portAt < 0 ? undefined : args[portAt + 1]
const known = new Set(['--demo', '--web', '--port', port])
const isOption = argument => argument.startsWith('-') || argument === port
// npm runs this in the project's folder, and tells where it was called.
const files = args
  .filter(argument => !isOption(argument))
  .map(path => resolve(process.env.INIT_CWD ?? process.cwd(), path))
const missing = files.find(path => !existsSync(path))
if (missing !== undefined) {
  process.stderr.write(`npm start: there is no file ${missing}.\n`)
  process.exit(66)
}
const opening = files.map(path => `--open=${path}`)
const unknown = args.find(argument => isOption(argument) && !known.has(argument))
if (unknown !== undefined || (portAt >= 0 && !/^\d{1,5}$/.test(port ?? ''))) {
  process.stderr.write(`npm start does not know “${unknown ?? '--port ' + port}”.\n\n${usage}`)
  process.exit(64)
}
const wantsDemo = args.includes('--demo')

ensureInstalled()
const node = findNode()
ensureBuilt(node)

/** Everything this command started; Ctrl-C ends all of it. */
const children = new Set()
let profileFolder
let isEnding = false

function end(code) {
  if (isEnding) return
  isEnding = true
  for (const child of children) child.kill('SIGTERM')
  const deadline = setTimeout(() => {
    for (const child of children) child.kill('SIGKILL')
    finish(code)
  }, 3000)
  const wait = () => {
    if (children.size > 0) return
    clearTimeout(deadline)
    finish(code)
  }
  for (const child of children) child.once('exit', wait)
  wait()
}

function finish(code) {
  removeProfile()
  process.exit(code)
}

function removeProfile() {
  try {
    if (profileFolder) rmSync(profileFolder, { recursive: true, force: true, maxRetries: 5 })
  } catch {
    // A file that is held open, as Windows does for a moment; it lies in the system's temporary folder.
  }
}

// However this ends, nothing that it started stays.
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
  removeProfile()
})
// A terminal that is gone is no reason to leave things behind: SIGHUP ends everything in order.
for (const stream of [process.stdin, process.stdout, process.stderr]) stream.on('error', () => {})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(0))

function start(command, commandArgs, options = {}) {
  const child = spawn(command, commandArgs, {
    cwd: projectFolder,
    env: { ...process.env, ...nodeFirstOnPath(node) },
    ...options,
  })
  children.add(child)
  child.on('exit', () => children.delete(child))
  child.on('error', error => {
    children.delete(child)
    say(`${command} cannot be started: ${error.message}`)
    end(1)
  })
  return child
}

const electron = await chooseElectron()
if (!isEnding) {
  if (electron.ok) openElectron(electron)
  else await openWebHost(electron.reason)
}

async function chooseElectron() {
  if (args.includes('--web')) return { ok: false, reason: 'the web host was asked for (--web)' }
  const found = findElectron()
  if (!hasDisplay()) {
    const reason = found.ok ? 'there is no display to show its window on' : found.reason
    return { ok: false, reason }
  }
  return found.ok ? found : await fetchElectron(node, start)
}

function openElectron({ path, version }) {
  say(`opening the Electron window (Electron ${version})`)
  const sandbox = isRootOnLinux ? ['--no-sandbox'] : []
  if (isRootOnLinux) say("as root, Chromium's own sandbox cannot be used and is off")
  const child = start(
    path,
    [...sandbox, projectFolder, ...(wantsDemo ? ['--demo'] : []), ...opening],
    {
      stdio: 'inherit',
    },
  )
  child.on('exit', code => end(code ?? 0))
}

async function openWebHost(whyNotElectron) {
  const chromium = hasDisplay() ? findChromium() : undefined
  const why = chromium
    ? undefined
    : hasDisplay()
      ? 'no Chromium or Chrome was found'
      : 'there is no display'
  const hostArgs = [join(projectFolder, 'out', 'main', 'web.js'), '--allow-changes']
  if (port) hostArgs.push('--port', port)
  if (wantsDemo) hostArgs.push('--demo')
  hostArgs.push(...opening)
  if (wantsDemo && !hasDisplay()) hostArgs.push('--summary')
  const host = start(node, hostArgs, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  host.on('exit', code => end(isEnding ? 0 : (code ?? 1)))
  const address = await new Promise(done => {
    host.on('message', message => message?.kind === 'address' && done(message.address))
  })
  if (chromium) {
    say(`opening the app from the local web host in a Chromium window: ${whyNotElectron}`)
    openChromium(chromium, address, host)
  } else {
    say(`the app runs in the local web host: no Electron window, since ${whyNotElectron};`)
    printAddresses(host, address, `no browser window, since ${why}`)
  }
}

function printAddresses(host, address, why) {
  say(`${why}. Open this address in a browser of this machine:`)
  process.stdout.write(`\n    ${address}\n\n`)
  say('the address works once; press Enter for a new one, Ctrl-C ends everything')
  process.stdin.on('data', () => host.connected && host.send({ kind: 'new-address' }))
  process.stdin.unref?.()
  host.on('message', message => {
    if (message?.kind === 'address') process.stdout.write(`\n    ${message.address}\n\n`)
  })
}

function openChromium(path, address, host) {
  profileFolder = mkdtempSync(join(tmpdir(), 'kextant-window-'))
  const child = start(
    path,
    [
      `--app=${address}`,
      `--user-data-dir=${profileFolder}`,
      '--window-size=1360,860',
      '--no-first-run',
      '--no-default-browser-check',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // As root Chromium has no sandbox; --test-type keeps its warning bar from shifting the page.
      ...(isRootOnLinux ? ['--no-sandbox', '--test-type', '--disable-gpu'] : []),
    ],
    { stdio: 'ignore' },
  )
  const startedAt = Date.now()
  child.on('exit', code => {
    // A browser that cannot show its window ends at once; the app itself is fine.
    const hasFailed = code !== 0 && Date.now() - startedAt < 5000
    if (isEnding || !hasFailed) return end(0)
    host.once('message', ({ address: fresh }) => {
      printAddresses(host, fresh, `the browser ended at once (${path}, exit code ${code})`)
    })
    host.send({ kind: 'new-address' })
  })
  say('close the window or press Ctrl-C to end')
}
