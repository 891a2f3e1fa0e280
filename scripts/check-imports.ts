import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { importCycles } from './lib/import-cycles.ts'

/**
 * Who may import whom: down, never up or sideways. The longest prefix that fits a file names its room.
 * Debt goes in here with the word DEBT and a reason, where it is seen and shrinks.
 */
const mayImport: Record<string, readonly string[]> = {
  core: [],
  'main/plist': ['core'],
  'main/guest': ['core', 'main/plist'],
  'main/demo': ['core', 'main/plist'],
  'main/service': ['core', 'main/guest', 'main/plist'],
  'main/page': [],
  // What every host puts together: the service, and the demo guest as one more target.
  'main/app': ['core', 'main/service', 'main/demo'],
  'main/electron': ['core', 'main/service', 'main/app', 'main/page'],
  'main/web': ['core', 'main/service', 'main/app', 'main/page'],
  'main/cli': ['core', 'main/service', 'main/app'],
  // Types only: a sandboxed preload is one bundled file.
  preload: ['core'],
  renderer: ['core'],
}

/** Packages that a room may use; a room that is not named here may use any of package.json. */
const mayUsePackages: Record<string, readonly string[]> = {
  core: ['re2js', 'zod', 'yaml'],
  preload: ['electron'],
  renderer: [
    'react',
    'react-dom',
    'd3',
    'zustand',
    'radix-ui',
    'lucide-react',
    '@fontsource-variable/inter',
    '@fontsource-variable/jetbrains-mono',
  ],
}

const top = resolve(import.meta.dirname, '..')
const rooms = Object.keys(mayImport).sort((a, b) => b.length - a.length)
const packages = (() => {
  const manifest = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >
  return { shipped: Object.keys(manifest.dependencies), all: { ...manifest.devDependencies } }
})()

function roomOf(path: string): string | undefined {
  return rooms.find(room => path === room || path.startsWith(`${room}/`))
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(top, folder), { withFileTypes: true, recursive: true })
    .filter(item => item.isFile() && /\.(ts|tsx)$/.test(item.name) && !item.name.endsWith('.d.ts'))
    .map(item => relative(top, join(item.parentPath, item.name)).split(sep).join('/'))
}

const importPattern =
  /(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|^import\s+['"]([^'"]+)['"]/gm
const complaints: string[] = []
/** What each file needs when it is loaded: types are gone by then, and what is imported later has its time. */
const loaded = new Map<string, Set<string>>()

for (const file of ['core', 'main', 'preload', 'renderer'].flatMap(sourceFiles)) {
  const room = roomOf(file)
  if (!room) {
    complaints.push(`${file}: lies in no room; name its folder in scripts/check-imports.ts`)
    continue
  }
  const text = readFileSync(join(top, file), 'utf8')
  for (const match of text.matchAll(importPattern)) {
    const wanted = (match[1] ?? match[2] ?? match[3])!.replace(/\?.*$/, '')
    const isLater = match[2] !== undefined
    const isOfTypes = /^(?:import|export) type\b/.test(match[0])
    if (wanted.startsWith('.')) checkFile(file, room, wanted, !isLater && !isOfTypes)
    else checkPackage(file, room, wanted, match[0].startsWith('import type'))
  }
}

for (const cycle of importCycles(loaded)) {
  const files = cycle.join(', ')
  complaints.push(`${files}: these files import each other in a circle`)
}

function checkFile(file: string, room: string, wanted: string, isLoaded: boolean): void {
  const target = relative(top, resolve(top, dirname(file), wanted))
    .split(sep)
    .join('/')
  if (isLoaded) loaded.set(file, (loaded.get(file) ?? new Set()).add(target))
  const targetRoom = roomOf(target)
  if (targetRoom === room || (targetRoom && mayImport[room]!.includes(targetRoom))) return
  complaints.push(`${file}: ${room} may not import ${target}`)
}

function checkPackage(file: string, room: string, wanted: string, isType: boolean): void {
  const name = wanted.startsWith('@')
    ? wanted.split('/').slice(0, 2).join('/')
    : wanted.split('/')[0]!
  const isNode = wanted.startsWith('node:') || builtinModules.includes(name)
  if (isNode) {
    if (room === 'core' || room === 'preload' || room === 'renderer') {
      complaints.push(`${file}: ${room} has no Node, but imports ${wanted}`)
    }
    return
  }
  if (name === 'electron' && room !== 'main/electron' && room !== 'preload') {
    complaints.push(`${file}: only main/electron and preload may import electron`)
  }
  const allowed = mayUsePackages[room]
  if (allowed && !allowed.includes(name)) complaints.push(`${file}: ${room} may not use ${name}`)
  const isBundled = room === 'renderer' || room === 'preload' || name === 'electron' || isType
  if (!isBundled && !packages.shipped.includes(name) && !isDevOnly(file, name)) {
    complaints.push(`${file}: ${name} is not in dependencies, so the packaged app would lack it`)
  }
}

/** Vite serves the page while developing; the built host never loads that file's import. */
function isDevOnly(file: string, name: string): boolean {
  return file === 'main/web/dev-server.ts' && (name === 'vite' || name === '@vitejs/plugin-react')
}

for (const complaint of complaints) process.stdout.write(`${complaint}\n`)
process.exit(complaints.length === 0 ? 0 : 1)
