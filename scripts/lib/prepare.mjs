// Set-up that every command shares. Plain JavaScript without packages, for any Node from 20 on: it runs
// before anything is installed, on the Node that happens to be there.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
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
export function ensureInstalled(folder = projectFolder, npm = isWindows ? 'npm.cmd' : 'npm') {
  const wanted = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex')
  // It lies in what it vouches for: an install that breaks off has taken it away at its start.
  const marker = join(folder, 'node_modules', '.kextant-lockfile')
  const isInstalled = () => existsSync(marker) && readFileSync(marker, 'utf8') === wanted
  if (isInstalled()) return
  withLock(folder, 'install', () => {
    // Another command may have installed while this one waited.
    if (isInstalled()) return
    say('installing packages from the lockfile (about a minute the first time) …')
    rmSync(marker, { force: true })
    const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
      shell: isWindows,
      maxBuffer: 64 * 1024 * 1024,
    })
    if (result.error) giveUp(`npm cannot be started (${result.error.message}). Is it installed?`)
    if (result.status !== 0) {
      process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`)
      giveUp('npm ci failed; what it said stands above. Is the npm registry reachable?')
    }
    writeFileSync(marker, wanted)
  })
}

/**
 * Runs `work` while no other command does the same in this folder: two installs at once delete each other's
 * files. A lock whose owner is gone is taken over.
 */
function withLock(folder, name, work) {
  // In the project, which nobody else may write to, and not where an install or a build clears up.
  const lock = join(folder, 'out', `.${name}.lock`)
  mkdirSync(dirname(lock), { recursive: true })
  let hasWaited = false
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (!isOwned(lock)) {
      rmSync(lock, { force: true })
      continue
    }
    if (!hasWaited) say(`waiting for another command that does the ${name} …`)
    hasWaited = true
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  }
  const release = () => rmSync(lock, { force: true })
  process.once('exit', release)
  try {
    work()
  } finally {
    process.off('exit', release)
    release()
  }
}

function isOwned(lock) {
  try {
    const text = readFileSync(lock, 'utf8')
    // Just made and not written yet.
    if (text === '') return Date.now() - statSync(lock).mtimeMs < 5000
    process.kill(Number(text), 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** The Node that runs the sources: the one from the lockfile, else this one when it is new enough. */
export function findNode(folder = projectFolder, version = process.versions.node) {
  // Named directly: npm's `node.cmd` would need a shell, and a shell needs quotes for blanks in paths.
  const { platform, arch } = process
  const name = platform === 'win32' ? ['node-win', 'node.exe'] : [`node-${platform}`, 'node']
  const fromLockfile = join(folder, 'node_modules', `${name[0]}-${arch}`, 'bin', name[1])
  // It may be there and not run, as on a Linux with another C library.
  if (existsSync(fromLockfile) && spawnSync(fromLockfile, ['--version']).status === 0) {
    return fromLockfile
  }
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath
  return giveUp(
    `Node ${version} is too old here: the lockfile brings Node 24 for Linux and Windows; on ${platform}-${arch} please install Node 24 (22.18 at least).`,
  )
}

/** Runs a TypeScript file of the project with that Node and ends with its exit code. */
export async function runTypeScript(file, args, options = {}) {
  ensureInstalled()
  const node = findNode()
  ensureEngine(node)
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', file, ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...nodeFirstOnPath(node) },
    ...options,
  })
  child.on('error', error => giveUp(`${node} cannot be started: ${error.message}`))
  // A terminal sends Ctrl-C to the whole group, so the child has it already and a second one would cut it
  // off; without a terminal only this process is told.
  const hasTerminal = Boolean(process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => (signal === 'SIGINT' && hasTerminal) || child.kill(signal))
  }
  const code = await new Promise(done =>
    child.on('exit', (c, signal) => done(c ?? 128 + (constants.signals[signal] ?? 1))),
  )
  process.exit(code)
}

export function nodeFirstOnPath(node) {
  const folders = [dirname(node), join(projectFolder, 'node_modules', '.bin')]
  return { PATH: [...folders, process.env.PATH ?? ''].join(delimiter) }
}

/** The dump scanner, AssemblyScript of `core/scan` as WebAssembly; where it is when it is built. */
export const engineFile = join('out', 'engine', 'dump-scanner.wasm')
const engineOptions = ['-O3', '--converge', '--runtime', 'stub', '--noAssert', '--enable', 'simd']

/** Compiles the dump scanner, unless the last time was from the very sources that are there now. */
export function ensureEngine(node, folder = projectFolder) {
  const product = join(folder, engineFile)
  const stamp = join(folder, 'out', 'engine', '.built')
  const compiler = join(folder, 'node_modules', 'assemblyscript')
  const sourceFolder = join(folder, 'core', 'scan')
  const state = createHash('sha256').update(engineOptions.join(' '))
  state.update(readFileSync(join(compiler, 'package.json')))
  for (const name of readdirSync(sourceFolder).sort()) {
    state.update(`\n${name}\n`).update(readFileSync(join(sourceFolder, name)))
  }
  const wanted = state.digest('hex')
  const isBuilt = () =>
    existsSync(product) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted
  if (isBuilt()) return
  withLock(folder, 'engine', () => {
    if (isBuilt()) return
    mkdirSync(dirname(product), { recursive: true })
    const source = join('core', 'scan', 'index.ts')
    // Under another name until it is whole, for somebody may be reading it.
    const fresh = `${engineFile}.new`
    const result = spawnSync(
      node,
      [join(compiler, 'bin', 'asc.js'), source, '--outFile', fresh, ...engineOptions],
      { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' },
    )
    if (result.status !== 0) {
      process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`)
      giveUp('the dump scanner cannot be compiled; what the compiler said stands above.')
    }
    renameSync(join(folder, fresh), product)
    writeFileSync(stamp, wanted)
  })
}

/** What a build is made from, and what it makes. */
const sources = [
  'core',
  'main',
  'preload',
  'renderer',
  'assets',
  'electron.config.ts',
  'package-lock.json',
]
const products = [
  'main/electron.js',
  'main/web.js',
  'main/dump-scanner.wasm',
  'preload/index.cjs',
  'renderer/index.html',
]

/** Builds the app, unless the last build was made from the very files that are there now. */
export function ensureBuilt(node, folder = projectFolder) {
  const out = join(folder, 'out')
  const stamp = join(out, '.built')
  const isBuilt = () =>
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === stateOf(folder) &&
    products.every(product => existsSync(join(out, ...product.split('/'))))
  if (isBuilt()) return
  withLock(folder, 'build', () => {
    if (isBuilt()) return
    say('building …')
    rmSync(stamp, { force: true })
    // Before the build: what is changed while it runs must be built again.
    const state = stateOf(folder)
    const cli = join(folder, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
    const result = spawnSync(
      node,
      [cli, 'build', '--config', 'electron.config.ts', '--logLevel', 'warn'],
      {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        encoding: 'utf8',
        env: { ...process.env, ...nodeFirstOnPath(node) },
        maxBuffer: 64 * 1024 * 1024,
      },
    )
    if (result.status !== 0) {
      process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`)
      giveUp('the build failed; what it said stands above.')
    }
    mkdirSync(out, { recursive: true })
    writeFileSync(stamp, state)
  })
}

/**
 * The names, sizes and times of all sources as one number. Not the newest time alone: a file that was deleted
 * or put back leaves no newer one, and one from the future would always be newer.
 */
function stateOf(folder) {
  const hash = createHash('sha256')
  const visit = path => {
    if (!existsSync(path)) return
    const status = statSync(path)
    if (status.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name))
    else hash.update(`${path}\n${status.size}\n${status.mtimeMs}\n`)
  }
  for (const name of sources) visit(join(folder, name))
  return hash.digest('hex')
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

/**
 * Fetches Electron's binary once; without internet this fails within seconds. `start` is what starts
 * processes, so that whoever is interrupted meanwhile can end them.
 */
export async function fetchElectron(node, start = spawn) {
  const script = join(projectFolder, 'node_modules', 'electron', 'install.js')
  if (!existsSync(script)) return { ok: false, reason: 'the electron package has no installer' }
  say("fetching Electron's binary …")
  const child = start(node, [script], { cwd: projectFolder, stdio: ['ignore', 'ignore', 'pipe'] })
  const limit = setTimeout(() => child.kill(), 600_000)
  let words = ''
  child.stderr.on('data', chunk => (words = `${words}${chunk}`.slice(-20_000)))
  await new Promise(done => child.once('close', done).once('error', done))
  clearTimeout(limit)
  const found = findElectron()
  if (found.ok) return found
  const said = words.split('\n').find(line => /error/i.test(line))
  return {
    ok: false,
    reason: `the binary of Electron cannot be fetched (${said?.trim() || 'no download'})`,
  }
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
