// Set-up that every command shares. Plain JavaScript without packages, for any Node from 20 on: it runs
// before anything is installed, on the Node that happens to be there.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const projectFolder = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const isWindows = process.platform === 'win32'

export function say(text) {
  process.stdout.write(`kextant: ${text}\n`)
}

/** Ends the command with a sentence instead of a stack. */
export function giveUp(text) {
  process.stderr.write(`kextant: ${text}\n`)
  process.exit(1)
}

/** Installs from the lockfile, unless what is installed came from this very lockfile. */
export function ensureInstalled() {
  const lockfile = readFileSync(join(projectFolder, 'package-lock.json'))
  const wanted = createHash('sha256').update(lockfile).digest('hex')
  const marker = join(projectFolder, 'node_modules', '.kextant-lockfile')
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return
  say('installing packages from the lockfile (about a minute the first time) …')
  const result = spawnSync(isWindows ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: projectFolder,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    shell: isWindows,
  })
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`)
    giveUp('npm ci failed; what it said stands above. Is the npm registry reachable?')
  }
  writeFileSync(marker, wanted)
}

/** The Node that runs the sources: the one from the lockfile, else this one when it is new enough. */
export function findNode() {
  const fromLockfile = join(projectFolder, 'node_modules', '.bin', isWindows ? 'node.cmd' : 'node')
  if (existsSync(fromLockfile)) {
    const asked = spawnSync(fromLockfile, ['-p', 'process.execPath'], {
      encoding: 'utf8',
      shell: isWindows,
    })
    if (asked.status === 0) return asked.stdout.trim()
  }
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath
  return giveUp(
    `Node ${process.versions.node} is too old here: the lockfile brings Node 24 for Linux and Windows; on ${process.platform} please install Node 24 (22.18 at least).`,
  )
}

/** Runs a TypeScript file of the project with that Node and ends with its exit code. */
export async function runTypeScript(file, args, options = {}) {
  ensureInstalled()
  const node = findNode()
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', file, ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...nodeFirstOnPath(node) },
    ...options,
  })
  // The terminal sends Ctrl-C to the whole group: the child ends by itself, and this waits for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => signal !== 'SIGINT' && child.kill(signal))
  }
  const code = await new Promise(done =>
    child.on('exit', (c, signal) => done(c ?? (signal ? 130 : 1))),
  )
  process.exit(code)
}

export function nodeFirstOnPath(node) {
  const folders = [dirname(node), join(projectFolder, 'node_modules', '.bin')]
  return { PATH: [...folders, process.env.PATH ?? ''].join(delimiter) }
}

/** Builds the app when a source is newer than the last build. */
export function ensureBuilt(node) {
  const stamp = join(projectFolder, 'out', '.built')
  const sources = ['core', 'main', 'preload', 'renderer', 'assets', 'electron.config.ts']
  const newest = Math.max(
    newestChange(join(projectFolder, 'package-lock.json')),
    ...sources.map(name => newestChange(join(projectFolder, name))),
  )
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= newest) return
  say('building …')
  const cli = join(projectFolder, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  try {
    execFileSync(node, [cli, 'build', '--config', 'electron.config.ts', '--logLevel', 'warn'], {
      cwd: projectFolder,
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
      env: { ...process.env, ...nodeFirstOnPath(node) },
    })
  } catch (error) {
    process.stderr.write(`${error.stdout ?? ''}${error.stderr ?? ''}`)
    giveUp('the build failed; what it said stands above.')
  }
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, '')
}

function newestChange(path) {
  if (!existsSync(path)) return 0
  const status = statSync(path)
  if (!status.isDirectory()) return status.mtimeMs
  return Math.max(0, ...readdirSync(path).map(name => newestChange(join(path, name))))
}

/**
 * Where Electron's binary is, without ever asking the package itself: requiring `electron` starts its
 * downloader when the binary is missing.
 */
export function findElectron(env = process.env) {
  let folder
  let version
  try {
    const manifest = createRequire(import.meta.url).resolve('electron/package.json')
    folder = dirname(manifest)
    version = JSON.parse(readFileSync(manifest, 'utf8')).version
  } catch {
    return { ok: false, reason: 'the electron package is not installed' }
  }
  const nameFile = join(folder, 'path.txt')
  const name = existsSync(nameFile) ? readFileSync(nameFile, 'utf8').trim() : ''
  const override = env.ELECTRON_OVERRIDE_DIST_PATH
  if (override) {
    const path = join(override, name || 'electron')
    if (existsSync(path)) return { ok: true, path, version }
    return { ok: false, reason: `ELECTRON_OVERRIDE_DIST_PATH has no ${name || 'electron'}` }
  }
  if (!name) return { ok: false, reason: `Electron ${version} is installed without its binary` }
  const path = join(folder, 'dist', name)
  if (!existsSync(path)) return { ok: false, reason: `Electron's dist folder has no ${name}` }
  return { ok: true, path, version }
}

/** Fetches Electron's binary once; without internet this fails within seconds. */
export function fetchElectron(node) {
  const script = join(projectFolder, 'node_modules', 'electron', 'install.js')
  if (!existsSync(script)) return { ok: false, reason: 'the electron package has no installer' }
  say("fetching Electron's binary …")
  const result = spawnSync(node, [script], {
    cwd: projectFolder,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: 600_000,
  })
  const found = findElectron()
  if (found.ok) return found
  const said = `${result.stderr ?? ''}`.split('\n').find(line => /error/i.test(line))
  return { ok: false, reason: `its binary cannot be fetched (${said?.trim() || 'no download'})` }
}

/** A Chromium-like browser of this machine, or undefined. */
export function findChromium(env = process.env) {
  if (env.KEXTANT_CHROMIUM) {
    return existsSync(env.KEXTANT_CHROMIUM) ? env.KEXTANT_CHROMIUM : undefined
  }
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']
  if (isWindows) names.push('chrome.exe', 'msedge.exe')
  else names.push('microsoft-edge')
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      const path = join(folder, name)
      if (folder && existsSync(path) && statSync(path).isFile()) return path
    }
  }
  const places = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ]
  return places.find(place => existsSync(place)) ?? playwrightChromium()
}

function playwrightChromium() {
  try {
    const { chromium } = createRequire(import.meta.url)('playwright-core')
    const path = chromium.executablePath()
    return existsSync(path) ? path : undefined
  } catch {
    return undefined
  }
}

/** Whether a window can be shown at all. */
export function hasDisplay(env = process.env) {
  if (process.platform !== 'linux') return true
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)
}

export const isRootOnLinux = process.platform === 'linux' && process.getuid?.() === 0
