import type { Boot } from '../boot.ts'
import { personalitiesAdded } from '../register-service.ts'
import { wronglyOwned } from './authenticate.ts'
import type { KextBundle } from './bundle.ts'
import { resolveLibraries } from './dependencies.ts'
import type { InstalledKexts } from './installed-kexts.ts'
import type { KextReturnName } from './kext-return.ts'
import type { LoadedKext } from './loaded-kexts.ts'
import type { FileSystem } from '../../files/file-system.ts'

export interface LoadContext {
  readonly boot: Boot
  readonly files: FileSystem
  readonly installed: InstalledKexts
}

export interface LoadOptions {
  /** Matching wants it: the automatic unload does not spare it (facts: kexts, section 8). */
  readonly isForMatching?: boolean
  /** `kextutil -z` leaves the owners alone. */
  readonly skipAuthentication?: boolean
  /** `kextutil -l` sends no personalities. */
  readonly skipPersonalities?: boolean
  /** Bundles given with `-d` and `-r`, which count as installed. */
  readonly extraBundles?: readonly KextBundle[]
}

/** null: loaded, now or before. */
export type LoadResult = KextReturnName | null

/**
 * What a load request does (facts: kexts, section 7): checks the bundle, loads its libraries, links and
 * starts it, then sends all its personalities, which sets off matching on its own time.
 */
export async function loadKext(
  context: LoadContext,
  bundle: KextBundle,
  options: LoadOptions = {},
): Promise<LoadResult> {
  const failed = await linkKext(context, bundle, options, [])
  if (failed !== null) return failed
  if (!options.skipPersonalities) sendPersonalities(context.boot, bundle)
  return null
}

/** Sends a kext's personalities to the catalogue. Those that are there already change nothing. */
export function sendPersonalities(boot: Boot, bundle: KextBundle): void {
  personalitiesAdded(boot, boot.catalogue.add(bundle.personalities.map(([, p]) => p)))
}

/** The checks that come before the kernel sees anything. */
export function checkBundle(
  context: LoadContext,
  bundle: KextBundle,
  options: LoadOptions = {},
): LoadResult {
  if (bundle.validation.length > 0) {
    return bundle.validation.some(d => d.text.includes('architecture'))
      ? 'archNotFound'
      : 'validation'
  }
  if (!options.skipAuthentication && wronglyOwned(context.files, bundle.path).length > 0) {
    return 'authentication'
  }
  return null
}

async function linkKext(
  context: LoadContext,
  bundle: KextBundle,
  options: LoadOptions,
  /** Ids that wait for this one, against circles. */
  waiting: readonly string[],
): Promise<LoadResult> {
  const { boot } = context
  const id = bundle.bundleIdentifier
  const refused = checkBundle(context, bundle, options)
  if (refused !== null) return refused
  if (waiting.includes(id)) return 'dependencies'

  const loaded = boot.kexts.get(id)
  if (loaded) {
    if (loaded.uuid === (bundle.executable?.uuid ?? null) && loaded.version === bundle.version) {
      return null
    }
    boot.log.line(
      `Refusing new kext ${id}, v${bundle.version}: already have loaded v${loaded.version}.`,
    )
    return 'versionDiffers'
  }

  const resolution = resolveLibraries(bundle, boot.kexts, wanted => [
    ...(options.extraBundles ?? []).filter(b => b.bundleIdentifier === wanted),
    ...context.installed.byIdentifier(wanted),
  ])
  if (resolution.problems.length > 0) {
    for (const line of resolution.logLines) boot.log.line(line)
    boot.log.line(`Can't load kext ${id} - failed to resolve library dependencies.`)
    return 'dependencies'
  }
  const linkedAgainst: LoadedKext[] = []
  for (const library of resolution.libraries) {
    if (library.kind === 'on-disk') {
      const failed = await linkKext(context, library.bundle, options, [...waiting, id])
      if (failed !== null) return 'dependencyLoad'
      sendPersonalities(boot, library.bundle)
    }
    const libraryId =
      library.kind === 'loaded' ? library.kext.bundleIdentifier : library.bundle.bundleIdentifier
    linkedAgainst.push(boot.kexts.get(libraryId)!)
  }
  // A codeless kext has nothing to link; only its personalities go to the kernel.
  if (!bundle.executable) return null
  await boot.scheduler.delay(10 + Math.random() * 30)
  const isExplicit = options.isForMatching !== true
  return boot.kexts.get(id) ? null : link(context, bundle, linkedAgainst, isExplicit)
}

function link(
  { boot }: LoadContext,
  bundle: KextBundle,
  linkedAgainst: readonly LoadedKext[],
  isExplicit: boolean,
): LoadResult {
  const executable = bundle.executable!
  const id = bundle.bundleIdentifier
  const own = new Set(executable.classes.map(c => c.name))
  const libraryIds = linkedAgainst.map(k => k.bundleIdentifier)
  const unresolved = unresolvedLines(boot, bundle, libraryIds)
  if (unresolved.length > 0) {
    for (const line of unresolved) boot.log.line(line)
    boot.log.line(`Can't load kext ${id} - link failed.`)
    logFailure(boot, id, 0xdc00_8016)
    return 'link'
  }

  const clash = boot.classes.define(id, executable.classes)
  if (clash) {
    if ('duplicate' in clash) {
      boot.log.line(
        `OSMetaClass: Kext ${id} class ${clash.duplicate.name} is a duplicate;kext ${clash.duplicate.bundleIdentifier} already has a class by that name.`,
      )
    }
    const code = 'duplicate' in clash ? 0xdc00_400a : 0xdc00_4009
    boot.log.line(`Kext ${id} start failed (result 0x${code.toString(16)}).`)
    logFailure(boot, id, 0xdc00_8017)
    return 'startStop'
  }
  const { startReturns = 0, stopReturns = 0 } = executable.program?.module ?? {}
  if (startReturns !== 0) {
    // The classes were there already: static constructors run before the start routine (facts: kexts, section 14).
    boot.classes.undefine(id)
    boot.log.line(`Kext ${id} did not start (return code 0x${startReturns.toString(16)}).`)
    logFailure(boot, id, 0xdc00_8017)
    return 'startStop'
  }
  for (const [className, program] of Object.entries(executable.program?.classes ?? {})) {
    if (own.has(className)) boot.programs.set(className, program)
  }
  boot.kexts.add(
    {
      bundleIdentifier: id,
      version: bundle.version,
      compatibleVersion: bundle.compatibleVersion,
      uuid: executable.uuid,
      linkedAgainst,
      path: bundle.path,
      allowsUserTerminate: allowsUserTerminate(bundle),
      isFromBoot: false,
      stopReturns,
      isSpared: isExplicit,
    },
    executable.memoryBytes,
  )
  boot.onActivity()
  return null
}

/**
 * What the kernel's linker says of classes that no declared library has (facts: kexts, section 12).
 *
 * @param onDisk classes of libraries that are not loaded yet
 */
export function unresolvedLines(
  boot: Boot,
  bundle: KextBundle,
  libraries: readonly string[],
  onDisk: ReadonlySet<string> = new Set(),
): readonly string[] {
  const executable = bundle.executable
  if (!executable) return []
  const libraryIds = new Set(libraries)
  const own = new Set(executable.classes.map(c => c.name))
  const unresolved = executable.importedClasses.filter(name => {
    if (own.has(name) || onDisk.has(name)) return false
    const owner = boot.classes.get(name)?.bundleIdentifier
    if (owner === undefined) return true
    return owner === 'com.apple.kernel' ? !hasKernelClass(libraryIds, name) : !libraryIds.has(owner)
  })
  if (unresolved.length === 0) return []
  const prefix = `kxld[${bundle.bundleIdentifier}]: `
  return [
    `${prefix}The following symbols are unresolved for this kext:`,
    ...unresolved.map(name => `${prefix}\t${name}::gMetaClass`),
  ]
}

/** `OSObject` comes from libkern, the rest of the kernel's classes from IOKit. */
function hasKernelClass(libraryIds: ReadonlySet<string>, className: string): boolean {
  return libraryIds.has(className === 'OSObject' ? 'com.apple.kpi.libkern' : 'com.apple.kpi.iokit')
}

function logFailure(boot: Boot, id: string, code: number): void {
  boot.log.line(`Kext ${id} failed to load (0x${code.toString(16)}).`)
  boot.log.line(`Failed to load kext ${id} (error 0x${code.toString(16)}).`)
}

function allowsUserTerminate(bundle: KextBundle): boolean {
  if (!bundle.bundleIdentifier.startsWith('com.apple.')) return true
  const allowed = bundle.info.entries.find(([key]) => key === 'OSBundleAllowUserTerminate')?.[1]
  return allowed?.kind === 'boolean' && allowed.value
}
