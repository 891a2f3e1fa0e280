import type { Kernel } from '../kernel/kernel.ts'
import { readBundle, type KextBundle } from '../kernel/kexts/bundle.ts'
import { KextReturn, type KextReturnName } from '../kernel/kexts/kext-return.ts'
import { loadKext } from '../kernel/kexts/load.ts'
import type { Process, Program } from '../program.ts'
import { readKextToolOptions } from './kext-tool-options.ts'
import { absolutePath } from './paths.ts'

const usage =
  'usage: kextload [-h] [-q | -v [0-6]] [--] [kext] ...\n' +
  '       kextload [-b bundle_id] [-d kext] [-r directory] ...\n'

/** `kextload` of 10.6 to 10.15, which asks kextd (facts: kexts, section 7). Success is silent. */
export function kextload(kernel: Kernel): Program {
  return async process => {
    const options = await readKextToolOptions(process, 'kextload', 'b:cd:Dhqr:tv', usage)
    if (typeof options === 'number') return options
    const { flags, operands, say, valuesOf } = options
    const ids = valuesOf('b')
    if (ids.length === 0 && operands.length === 0) {
      await process.stderr(
        `No kernel extensions specified; name kernel extension bundles\n    following options, or use -b (-bundle-id).\n${usage}`,
      )
      return 64
    }
    const extraBundles = [
      ...valuesOf('d').flatMap(
        path => readBundle(process.files, absolutePath(process, path)) ?? [],
      ),
      ...kernel.installed.all(valuesOf('r').map(folder => absolutePath(process, folder))),
    ]

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
