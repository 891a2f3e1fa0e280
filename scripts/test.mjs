// npm test: sets up what is missing, then runs every check. Keeps a closing line
// `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  ensureInstalled,
  findChromium,
  findNode,
  giveUp,
  isRootOnLinux,
  nodeFirstOnPath,
  projectFolder,
  runTypeScript,
  say,
} from './lib/prepare.mjs'

ensureInstalled()
const chromium = ensureChromium()
say(`end-to-end tests use ${chromium}`)
process.env.KEXTANT_CHROMIUM = chromium
if (process.env.CI) ensureSshd()
await runTypeScript(join(projectFolder, 'scripts', 'check.ts'), process.argv.slice(2))

/** One that is there; else Playwright's own download; else Debian's package; else a sentence. */
function ensureChromium() {
  const there = findChromium()
  if (there) return there
  const tried = []
  say('no Chromium found; trying the download of Playwright …')
  const node = findNode()
  const playwright = join(projectFolder, 'node_modules', 'playwright-core', 'cli.js')
  const download = spawnSync(node, [playwright, 'install', 'chromium'], {
    cwd: projectFolder,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: 600_000,
    env: { ...process.env, ...nodeFirstOnPath(node) },
  })
  if (download.status === 0) {
    const found = findChromium()
    if (found) return found
  }
  tried.push('Playwright cannot download its Chromium here')
  if (isRootOnLinux && existsSync('/usr/bin/apt-get')) {
    say('… which does not work here; installing the package chromium with apt-get …')
    // fonts: a bare machine has none, and text would have no glyphs outside the fonts of the page.
    const install = [
      'install',
      '-y',
      '-qq',
      '--no-install-recommends',
      'chromium',
      'fonts-dejavu-core',
    ]
    const quiet = { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', timeout: 900_000 }
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    spawnSync('apt-get', ['update', '-qq'], { ...quiet, env })
    const result = spawnSync('apt-get', install, { ...quiet, env })
    const found = findChromium()
    if (found) return found
    tried.push(
      `apt-get install chromium failed: ${(result.stderr ?? '').trim().split('\n').at(-1)}`,
    )
  }
  return giveUp(
    `the end-to-end tests need a Chromium, and there is none: ${tried.join('; ')}. Please install Chromium or Chrome, or name one in the variable KEXTANT_CHROMIUM.`,
  )
}

/**
 * The tests against Debian's own sshd and ssh are skipped, with their reason, where these are not installed. On
 * a machine for such runs they are installed; on anybody's own machine an SSH server is not ours to bring.
 */
function ensureSshd() {
  if (!isRootOnLinux || !existsSync('/usr/bin/apt-get') || existsSync('/usr/sbin/sshd')) return
  say('installing openssh-server and openssh-client for the tests against a real sshd …')
  const quiet = { stdio: 'ignore', timeout: 300_000 }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', ['update', '-qq'], { ...quiet, env })
  const packages = ['openssh-server', 'openssh-client']
  const install = ['install', '-y', '-qq', '--no-install-recommends', ...packages]
  const result = spawnSync('apt-get', install, { ...quiet, env })
  if (result.status !== 0) say('they cannot be installed here; those tests are skipped')
}
