import type { Kernel } from '../kernel/kernel.ts'
import { wronglyOwned } from '../kernel/kexts/authenticate.ts'
import { readBundle, type Diagnostic, type KextBundle } from '../kernel/kexts/bundle.ts'
import { resolveLibraries } from '../kernel/kexts/dependencies.ts'
import { KextReturn } from '../kernel/kexts/kext-return.ts'
import { loadKext, sendPersonalities, unresolvedLines } from '../kernel/kexts/load.ts'
import type { Process, Program } from '../program.ts'
import { readKextToolOptions } from './kext-tool-options.ts'
import { absolutePath } from './paths.ts'

const usage =
  'usage: kextutil [options] [kext] ...\n' +
  '  -n: no load; -t: print diagnostic tests; -l: load only; -m: match only; -z: no authentication\n'

const askKextlibs = 'Check library declarations for your kext with kextlibs(8).\n'
const wrongOwners =
  'File owner/permissions are incorrect (must be root:wheel, nonwritable by group/other)'

/** A category of the report and what was found. */
type Report = readonly (readonly [category: string, findings: readonly Diagnostic[]])[]

/** `kextutil` of 10.10 to 10.15 (facts: kexts, section 9). */
export function kextutil(kernel: Kernel): Program {
  return async process => {
    const options = await readKextToolOptions(
      process,
      'kextutil',
      'a:A:b:cd:Dehik:Ilmnp:qr:s:tvxzZ',
      usage,
    )
    if (typeof options === 'number') return options
    const { flags, operands, say, valuesOf } = options
    if (operands.length === 0 && valuesOf('b').length === 0) {
      await process.stderr(`No kernel extensions specified.
${usage}`)
      return 64
    }
    const isDryRun = flags.has('n')
    if (!isDryRun && process.uid !== 0) {
      await process.stderr(
        'You must be running as root to load kexts or send personalities into the kernel.\n',
      )
      return 77
    }
    if (!flags.has('k')) {
      await say("Defaulting to kernel file '/System/Library/Kernels/kernel'\n")
    }

    const extraBundles = [
      ...valuesOf('d').flatMap(
        path => readBundle(process.files, absolutePath(process, path)) ?? [],
      ),
      ...kernel.installed.all(valuesOf('r').map(folder => absolutePath(process, folder))),
      ...operands.flatMap(path => kernel.installed.plugInsOf(absolutePath(process, path))),
    ]
    const found: { readonly shown: string; readonly bundle: KextBundle }[] = []
    for (const id of valuesOf('b')) {
      const bundle = [...extraBundles, ...kernel.installed.all()].find(
        b => b.bundleIdentifier === id,
      )
      if (!bundle) {
        await say(`Can't find extension with identifier ${id}.\n`)
        return 1
      }
      found.push({ shown: id, bundle })
    }
    for (const path of operands) {
      const bundle = readBundle(process.files, absolutePath(process, path))
      if (bundle) found.push({ shown: path, bundle })
    }
    if (found.length === 0) {
      await say('No kernel extensions found.\n')
      return 1
    }

    let exitCode = 0
    for (const { shown, bundle } of found) {
      const code = await one(kernel, process, shown, bundle, flags, extraBundles, say)
      if (code !== 0) exitCode = code
    }
    return exitCode
  }
}

async function one(
  kernel: Kernel,
  process: Process,
  shown: string,
  bundle: KextBundle,
  flags: ReadonlySet<string>,
  extraBundles: readonly KextBundle[],
  say: (text: string) => Promise<void>,
): Promise<number> {
  if (hasDebugProperties(bundle)) await say(`Notice: ${shown} has debug properties set.\n`)
  const report = examine(kernel, process, bundle, flags.has('z'), extraBundles)
  const failures = report.filter(([, findings]) => findings.length > 0)
  const warnings: Report = bundle.warnings.length > 0 ? [['Warnings', bundle.warnings]] : []
  if (failures.length > 0 || (flags.has('t') && warnings.length > 0)) {
    await say(`Diagnostics for ${shown}:\n${printReport([...failures, ...warnings])}`)
  }
  if (failures.length > 0) {
    const isAuthentication = failures.some(([category]) => category === 'Authentication Failures')
    if (isAuthentication) {
      await say(`ERROR: authentication checks failed for ${shown}, will not load\n`)
    }
    return 4
  }
  if (flags.has('n')) {
    const unresolved = linkForTest(kernel, bundle, extraBundles)
    if (unresolved.length > 0) {
      await say(unresolved.map(line => `${line}\n`).join(''))
      await say(`Failed to load ${shown} - ${KextReturn.link.text}.\n${askKextlibs}`)
      return 6
    }
    await say(`${shown} appears to be loadable (including linkage for on-disk libraries).\n`)
    return 0
  }
  if (!flags.has('m')) {
    if (flags.has('v')) await say(`Loading ${shown}.\n`)
    const failed = await loadKext(kernel.loadContext, bundle, {
      skipAuthentication: flags.has('z'),
      skipPersonalities: true,
      extraBundles,
    })
    if (failed !== null) {
      await say(`Failed to load ${shown} - ${KextReturn[failed].text}.\n`)
      if (failed === 'link') {
        await say(askKextlibs)
      }
      return 6
    }
    if (flags.has('v')) await say(`${shown} successfully loaded (or already loaded).\n`)
  }
  if (flags.has('l')) return 0
  if (flags.has('v')) await say(`Sending personalities of ${shown} to the IOCatalogue.\n`)
  sendPersonalities(kernel.boot, bundle)
  if (flags.has('v')) await say(`Personalities sent for ${shown}.\n`)
  return 0
}

/** A dry run links too, against libraries on the disk where they are not loaded. */
function linkForTest(
  kernel: Kernel,
  bundle: KextBundle,
  extraBundles: readonly KextBundle[],
): readonly string[] {
  const { libraries } = resolveLibraries(bundle, kernel.boot.kexts, id => [
    ...extraBundles.filter(b => b.bundleIdentifier === id),
    ...kernel.installed.byIdentifier(id),
  ])
  const onDisk = libraries.flatMap(library =>
    library.kind === 'on-disk' ? (library.bundle.executable?.classes ?? []) : [],
  )
  return unresolvedLines(
    kernel.boot,
    bundle,
    libraries.map(each =>
      each.kind === 'loaded' ? each.kext.bundleIdentifier : each.bundle.bundleIdentifier,
    ),
    new Set(onDisk.map(each => each.name)),
  )
}

/** The categories of the report, in its order. */
function examine(
  kernel: Kernel,
  process: Process,
  bundle: KextBundle,
  skipAuthentication: boolean,
  extraBundles: readonly KextBundle[],
): Report {
  const offending = skipAuthentication ? [] : wronglyOwned(process.files, bundle.path)
  const { problems } = resolveLibraries(bundle, kernel.boot.kexts, id => [
    ...extraBundles.filter(b => b.bundleIdentifier === id),
    ...kernel.installed.byIdentifier(id),
  ])
  return [
    ['Validation Failures', bundle.validation],
    [
      'Authentication Failures',
      offending.length > 0 ? [{ text: wrongOwners, values: offending }] : [],
    ],
    ['Dependency Resolution Failures', problems],
  ]
}

/** Category, then texts indented by 4 and their values by 8; a blank line between categories. */
function printReport(report: Report): string {
  const blocks = report.map(([category, findings]) => {
    const lines = findings.map(({ text, values }) =>
      values.length === 0
        ? `    ${text}\n`
        : `    ${text}: \n${values.map(value => `        ${value}\n`).join('')}`,
    )
    return `${category}: \n${lines.join('')}\n`
  })
  return blocks.join('')
}

function hasDebugProperties(bundle: KextBundle): boolean {
  const logging = bundle.info.entries.some(
    ([key, value]) =>
      key === 'OSBundleEnableKextLogging' && value.kind === 'boolean' && value.value,
  )
  const debug = bundle.personalities.some(([, personality]) =>
    personality.entries.some(
      ([key, value]) => key === 'IOKitDebug' && value.kind === 'integer' && value.value !== 0n,
    ),
  )
  return logging || debug
}
