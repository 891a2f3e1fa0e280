import { Boot } from '../../../main/demo/kernel/boot.ts'
import type { ClassProgram } from '../../../main/demo/kernel/driver-program.ts'
import { LoadedKextTable } from '../../../main/demo/kernel/kexts/loaded-kexts.ts'
import { configure } from '../../../main/demo/kernel/config-job.ts'
import { createEntry } from '../../../main/demo/kernel/create-entry.ts'
import type { Entry } from '../../../main/demo/kernel/registry.ts'
import { toDictionary, toProperties, type Plain } from '../../../main/demo/kernel/values.ts'
import { kernelClasses } from '../../../main/demo/machine/kext-table.ts'

type Table = { readonly [key: string]: Plain }

/** A boot with a platform expert and nothing else: drivers of `com.apple.kernel`, which is always loaded. */
export interface SmallKernel {
  readonly boot: Boot
  readonly expert: Entry
  readonly panics: readonly string[]
  /** Defines classes derived from IOService, `Name` or `Name<Superclass`. */
  readonly classes: (...names: readonly string[]) => void
  readonly nub: (className: string, properties?: Table, provider?: Entry) => Entry
  readonly personalities: (...tables: readonly Table[]) => void
  readonly program: (className: string, program: ClassProgram) => void
  /** Class names of an entry's clients. */
  readonly clientsOf: (entry: Entry) => readonly string[]
  readonly until: (condition: () => boolean) => Promise<void>
}

export function smallKernel(
  requestLoad: (id: string) => Promise<boolean> = async () => false,
): SmallKernel {
  const panics: string[] = []
  const boot = new Boot(0.05, new LoadedKextTable(), {
    configure,
    requestLoad,
    panic: text => panics.push(text),
  })
  boot.classes.define('com.apple.kernel', kernelClasses)
  const expert = createEntry(boot, 'IOPlatformExpertDevice', 'Machine1,1', new Map())
  boot.registry.attach(expert, boot.registry.root)
  return {
    boot,
    expert,
    panics,
    classes: (...names) => {
      for (const word of names) {
        const [name = '', superclass = 'IOService'] = word.split('<')
        boot.classes.define('com.apple.kernel', [{ name, superclass }])
      }
    },
    nub: (className, properties = {}, provider = expert) => {
      const entry = createEntry(boot, className, className, toProperties(properties))
      boot.registry.attach(entry, provider)
      return entry
    },
    personalities: (...tables) => {
      boot.catalogue.add(
        tables.map(table => toDictionary({ CFBundleIdentifier: 'com.apple.kernel', ...table })),
      )
    },
    program: (className, program) => void boot.programs.set(className, program),
    clientsOf: entry => entry.clients().map(c => c.className),
    until: async condition => {
      for (let i = 0; i < 1000 && !condition(); i++) {
        await new Promise(resolve => setTimeout(resolve, 2))
      }
      if (!condition()) throw new Error('it did not happen within two seconds')
    },
  }
}
