import type { ClassDeclaration } from '../kernel/class-registry.ts'
import type { ClassProgram, DriverProgram } from '../kernel/driver-program.ts'
import type { Plain } from '../kernel/values.ts'

/** A sample bundle: `scripts/make-sample-kexts.ts` writes them to `assets/kexts`. */
export interface SampleKext {
  /** `MyKext.kext` */
  readonly folder: string
  readonly readme: string | null
  readonly version: string
  readonly classes: readonly ClassDeclaration[]
  readonly programs: Readonly<Record<string, ClassProgram>>
  /** null: a library, which matches nothing. */
  readonly personality: { readonly [key: string]: Plain } | null
  /** `OSBundleCompatibleVersion`: makes it a library. */
  readonly compatibleVersion?: string
  /** What its module's own routines return. */
  readonly module?: NonNullable<DriverProgram['module']>
  /** Beyond the two KPIs that every sample needs. */
  readonly libraries?: { readonly [key: string]: string }
  /** Lies in the demo guest's /Library/Extensions from the start, owned by a user. */
  readonly isInstalledBadly?: boolean
}

/** A personality on IOResources, which is always there, with a category of its own. */
export const resources = (className: string): { readonly [key: string]: Plain } => ({
  IOClass: className,
  IOMatchCategory: `${className}MatchCategory`,
  IOProviderClass: 'IOResources',
})

/** A class derived from IOService, with the start and stop that the driver guide shows. */
export function service(name: string, program: Partial<ClassProgram> = {}) {
  return {
    classes: [{ name, superclass: 'IOService' }],
    programs: {
      [name]: {
        start: program.start ?? [
          { do: 'log' as const, text: `${name}: hello from kernel space\n` },
          { do: 'registerService' as const },
        ],
        stop: program.stop ?? [{ do: 'log' as const, text: `${name}: stopping\n` }],
      },
    },
  }
}
