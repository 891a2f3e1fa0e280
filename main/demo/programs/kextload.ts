import type { Kernel } from '../kernel/kernel.ts'
import { readBundle, type KextBundle } from '../kernel/kexts/bundle.ts'
import { KextReturn, type KextReturnName } from '../kernel/kexts/kext-return.ts'
import { loadKext } from '../kernel/kexts/load.ts'
import type { Process, Program } from '../program.ts'
import { getopt } from './getopt.ts'
import { absolutePath } from './paths.ts'

const usage =
  'usage: kextload [-h] [-q | -v [0-6]] [--] [kext] ...\n' +
  '       kextload [-b bundle_id] [-d kext] [-r directory] ...\n'

/** `kextload` of 10.6 to 10.15, which asks kextd (facts: kexts, section 7). Success is silent. */
export function kextload(kernel: Kernel): Program {
  return async process => {
    const { flags, all, operands, error } = getopt(
      takeVerbosity(process.argv.slice(1)),
      'b:cd:Dhqr:tv',
    )
    if (flags.has('h')) {
      await process.stderr(usage)
      return 0
    }
    if (error !== null) {
      await process.stderr(`kextload: ${error}\n${usage}`)
      return 64
    }
    const ids = all.filter(([option]) => option === 'b').map(([, id]) => id)
    if (ids.length === 0 && operands.length === 0) {
      await process.stderr(
        `No kernel extensions specified; name kernel extension bundles\n    following options, or use -b (-bundle-id).\n${usage}`,
      )
      return 64
    }
    const folders = all.filter(([option]) => option === 'r').map(([, path]) => path)
    const extraBundles = [
      ...all
        .filter(([option]) => option === 'd')
        .flatMap(([, path]) => readBundle(process.files, absolutePath(process, path)) ?? []),
      ...kernel.installed.all(folders.map(folder => absolutePath(process, folder))),
    ]
    const say = async (text: string): Promise<void> => {
      if (!flags.has('q')) await process.stderr(text)
    }

    let exitCode = 0
    const requests: readonly { readonly shown: string; readonly find: () => KextBundle | null }[] =
      [
        ...ids.map(id => ({
          shown: id,
          find: () => kernel.installed.byIdentifier(id)[0] ?? null,
        })),
        ...operands.map(path => ({
          shown: path,
          find: () => readBundle(process.files, absolutePath(process, path)),
        })),
      ]
    for (const { shown, find } of requests) {
      if (flags.has('v')) await say(`Requesting load of ${shown}.\n`)
      const failed = await request(kernel, process, find, extraBundles)
      if (failed === null) {
        if (flags.has('v')) await say(`${shown} loaded successfully (or already loaded).\n`)
        continue
      }
      await say(
        `${shown} failed to load - ${KextReturn[failed].text}; check the system/kernel logs for errors or try kextutil(8).\n`,
      )
      exitCode = failed === 'notPrivileged' ? 77 : 71
    }
    return exitCode
  }
}

async function request(
  kernel: Kernel,
  process: Process,
  find: () => KextBundle | null,
  extraBundles: readonly KextBundle[],
): Promise<KextReturnName | null> {
  if (process.uid !== 0) return 'notPrivileged'
  const bundle = find()
  if (!bundle) return 'notFound'
  return loadKext(kernel.loadContext, bundle, { extraBundles })
}

/** `-v` may be followed by a number, which is its own argument. */
export function takeVerbosity(args: readonly string[]): readonly string[] {
  return args.filter(
    (arg, i) => !(/^-[a-z]*v$/i.test(args[i - 1] ?? '') && /^(?:[0-6]|0x[0-9a-f]+)$/i.test(arg)),
  )
}
