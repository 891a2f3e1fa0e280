import type { Kernel } from '../kernel/kernel.ts'
import { readBundle } from '../kernel/kexts/bundle.ts'
import { KextReturn } from '../kernel/kexts/kext-return.ts'
import { terminateInstances, unloadKext } from '../kernel/kexts/unload.ts'
import type { Program } from '../program.ts'
import { readKextToolOptions } from './kext-tool-options.ts'
import { absolutePath } from './paths.ts'

const usage = 'usage: kextunload [-h] [-v [0-6]] [-p] [-b bundle_id] [-c class_name] [kext] ...\n'
const askTheLogs = 'Check the system/kernel logs for error messages from the I/O Kit.\n'

/** `kextunload` of 10.6 to 10.15 (facts: kexts, section 8). */
export function kextunload(kernel: Kernel): Program {
  return async process => {
    const options = await readKextToolOptions(process, 'kextunload', 'b:c:hm:pqv', usage)
    if (typeof options === 'number') return options
    const { flags, operands, say, valuesOf } = options
    if (process.uid !== 0) {
      await process.stderr(
        'You must be running as root to unload kexts, terminate services, or remove driver personalities.\n',
      )
      return 77
    }
    const ids = [...valuesOf('b', 'm')]
    const classes = valuesOf('c')
    const isVerbose = flags.has('v')
    const personalitiesOnly = flags.has('p')

    for (const path of operands) {
      const bundle = readBundle(process.files, absolutePath(process, path))
      if (!bundle) {
        await say(`Can't create ${path}.\n`)
        return 1
      }
      ids.push(bundle.bundleIdentifier)
    }
    if (ids.length === 0 && classes.length === 0) {
      await process.stderr(`No kernel extensions specified.\n${usage}`)
      return 64
    }

    let exitCode = 0
    for (const className of classes) {
      if (await terminateInstances(kernel.boot, className)) {
        if (isVerbose) await say(`All instances of class ${className} terminated.\n`)
        continue
      }
      await say(
        `Failed to terminate class ${className} - ${KextReturn.unsupported.text}.\n${askTheLogs}`,
      )
      exitCode = 3
    }
    for (const id of ids) {
      const { failed, messages } = await unloadKext(kernel.boot, id, personalitiesOnly)
      if (failed === null) {
        if (!isVerbose) continue
        await say(
          personalitiesOnly
            ? `${id}: services terminated and personalities removed (kext not unloaded).\n`
            : `${id} unloaded and personalities removed.\n`,
        )
        continue
      }
      exitCode = 3
      for (const message of messages) await say(`(kernel) ${message}\n`)
      await say(`Failed to unload ${id} - ${KextReturn[failed].text}.\n`)
      if (personalitiesOnly) await say(askTheLogs)
    }
    return exitCode
  }
}
