import { gzipSync } from 'node:zlib'
import type { FileSystem } from '../files/file-system.ts'
import { cfSerialize } from '../kernel/cf-serialize.ts'
import { text, Typed, type Plain } from '../kernel/values.ts'
import { buildVersion } from './boot-machine.ts'
import { sampleFiles, sampleKexts } from './sample-kexts.ts'
import { systemKexts, type SystemKext } from './system-kexts.ts'
import { darwinVersion } from './kext-table.ts'
import { infoPlistFile } from './write-info-plist.ts'

/** Of 10.6 to 10.15 (facts: kexts, section 2). */
const bootPersonalities =
  '/System/Library/Caches/com.apple.kext.caches/Startup/IOKitPersonalities_x86_64.ioplist.gz'

const root = { uid: 0, gid: 0 }
/** The first account, as who unpacks a download there. */
const author = { uid: 501, gid: 20 }

/** Writes what the machine's software leaves on the disk: its kexts, and what `sw_vers` reads. */
export function installMachine(files: FileSystem): void {
  for (const kext of systemKexts) {
    const contents = kext.isKpi ? kext.path : `${kext.path}/Contents`
    const executable = kext.isKpi
      ? `${contents}/${kext.executableName}`
      : `${contents}/MacOS/${kext.executableName}`
    put(files, `${contents}/Info.plist`, infoPlist(kext))
    put(files, executable, kext.executable, 0o755)
  }
  const systemKext = '/System/Library/Extensions/System.kext'
  put(
    files,
    `${systemKext}/Info.plist`,
    infoPlistFile({
      CFBundleIdentifier: 'com.apple.kernel',
      CFBundleInfoDictionaryVersion: '6.0',
      CFBundleName: 'System Resource Pseudoextensions',
      CFBundlePackageType: 'KEXT',
      CFBundleVersion: darwinVersion,
      OSBundleCompatibleVersion: '7.9.9',
      OSKernelResource: true,
    }),
  )
  const sentAtBoot = systemKexts.flatMap(kext => kext.personalities)
  put(files, bootPersonalities, gzipSync(cfSerialize({ kind: 'array', items: sentAtBoot })))
  makeFolders(files, '/Library/Extensions')
  const wrongOwner = sampleKexts.find(sample => sample.isInstalledBadly)
  if (wrongOwner)
    installAsUser(files, `/Library/Extensions/${wrongOwner.folder}`, sampleFiles(wrongOwner))

  // The kernel's build (`kern.osversion`) and the system's must agree, so this replaces what is there.
  put(
    files,
    '/System/Library/CoreServices/SystemVersion.plist',
    infoPlistFile({
      ProductBuildVersion: buildVersion,
      ProductCopyright: '1983-2018 Apple Inc.',
      ProductName: 'darwinOS',
      ProductUserVisibleVersion: '10.13.6',
      ProductVersion: '10.13.6',
    }),
  )
}

function infoPlist(kext: SystemKext): Uint8Array {
  return infoPlistFile({
    BuildMachineOSBuild: '16B2657',
    CFBundleDevelopmentRegion: 'English',
    CFBundleExecutable: kext.executableName,
    CFBundleIdentifier: kext.bundleIdentifier,
    CFBundleInfoDictionaryVersion: '6.0',
    CFBundleName: kext.executableName,
    CFBundlePackageType: 'KEXT',
    CFBundleShortVersionString: kext.version,
    CFBundleSignature: '????',
    CFBundleSupportedPlatforms: ['MacOSX'],
    CFBundleVersion: kext.version,
    ...(kext.namedPersonalities.length === 0 ? {} : { IOKitPersonalities: personalitiesOf(kext) }),
    ...(kext.compatibleVersion === null
      ? {}
      : { OSBundleCompatibleVersion: kext.compatibleVersion, OSBundleRequired: 'Root' }),
    ...(kext.isKpi
      ? { OSBundleIsInterface: true, OSKernelResource: true }
      : { OSBundleLibraries: libraryVersions(kext) }),
  })
}

function personalitiesOf(kext: SystemKext): { readonly [name: string]: Plain } {
  const owner = ['CFBundleIdentifier', text(kext.bundleIdentifier)] as const
  return Object.fromEntries(
    kext.namedPersonalities.map(([name, { entries }]) => [
      name,
      new Typed({ kind: 'dictionary', entries: [owner, ...entries] }),
    ]),
  )
}

function libraryVersions(kext: SystemKext): { readonly [key: string]: Plain } {
  return Object.fromEntries(
    kext.libraries.map(id => [id, id.startsWith('com.apple.kpi.') ? '9.0.0' : '1.0']),
  )
}

/** Creates or replaces a file of root:wheel with the folders above it. */
function put(files: FileSystem, path: string, bytes: Uint8Array, mode = 0o644): void {
  makeFolders(files, path.slice(0, path.lastIndexOf('/')))
  files.write(path, bytes, root, mode)
}

function makeFolders(files: FileSystem, path: string): void {
  let at = ''
  for (const part of path.split('/').slice(1)) {
    at += `/${part}`
    if (!files.exists(at)) files.makeDirectory(at, root, 0o755)
  }
}

function installAsUser(
  files: FileSystem,
  path: string,
  contents: ReadonlyMap<string, Uint8Array>,
): void {
  for (const [relative, bytes] of contents) {
    const file = `${path}/${relative}`
    put(files, file, bytes, relative.includes('/MacOS/') ? 0o755 : 0o644)
    for (let at = file; at.length >= path.length; at = at.slice(0, at.lastIndexOf('/'))) {
      files.changeOwner(at, author.uid, author.gid, root)
    }
  }
}
