import type { FileSystem } from '../files/file-system.ts'
import { Kernel, type KernelOptions } from '../kernel/kernel.ts'
import type { Programs } from '../program.ts'
import { iokitPrograms } from '../programs/iokit-programs.ts'
import { bootMachine } from './boot-machine.ts'
import { installMachine } from './install.ts'

export interface DemoMachineOptions extends KernelOptions {
  /** false: an `ioreg` from before 10.8, which does not know `-a`. */
  readonly ioregHasArchive?: boolean
}

export interface DemoMachine {
  readonly kernel: Kernel
  /** The IOKit programs by their paths in the guest. */
  readonly programs: Programs
  /** Called when the guest goes down. @returns the undo. */
  readonly onPanic: (listener: (text: string) => void) => () => void
  /** Called when it is up again as a new boot. @returns the undo. */
  readonly onUp: (listener: () => void) => () => void
  /** Stops every timer. */
  readonly dispose: () => void
}

/** The demo guest's machine: installs its software into the file system and boots it. */
export function createDemoMachine(
  files: FileSystem,
  options: DemoMachineOptions = {},
): DemoMachine {
  installMachine(files)
  const kernel = new Kernel(files, bootMachine, options)
  return {
    kernel,
    programs: iokitPrograms(kernel, { ioregHasArchive: options.ioregHasArchive ?? true }),
    onPanic: listener => kernel.onPanic(listener),
    onUp: listener => kernel.onUp(listener),
    dispose: () => kernel.dispose(),
  }
}
