import type { Kernel } from '../kernel/kernel.ts'
import { BootEnded } from '../kernel/scheduler.ts'
import type { Program, Programs } from '../program.ts'
import { csrutil } from './csrutil.ts'
import { dmesg } from './dmesg.ts'
import { ioalloccount } from './ioalloccount.ts'
import { ioclasscount } from './ioclasscount.ts'
import { ioreg } from './ioreg.ts'
import { kextlibs } from './kextlibs.ts'
import { kextload } from './kextload.ts'
import { kextstat } from './kextstat.ts'
import { kextunload } from './kextunload.ts'
import { kextutil } from './kextutil.ts'
import { kill } from './kill.ts'
import { nvram } from './nvram.ts'
import { ps } from './ps.ts'
import { reboot, shutdown } from './reboot.ts'
import { swVers } from './sw-vers.ts'
import { sysctl } from './sysctl.ts'
import { uname } from './uname.ts'

export interface IokitProgramOptions {
  readonly ioregHasArchive: boolean
}

/** The programs of the guest that ask its kernel, by path. */
export function iokitPrograms(kernel: Kernel, options: IokitProgramOptions): Programs {
  const programs: readonly (readonly [string, Program])[] = [
    ['/usr/sbin/ioreg', ioreg(kernel, options.ioregHasArchive)],
    ['/usr/sbin/kextstat', kextstat(kernel)],
    ['/sbin/kextload', kextload(kernel)],
    ['/sbin/kextunload', kextunload(kernel)],
    ['/usr/bin/kextutil', kextutil(kernel)],
    ['/usr/bin/kextlibs', kextlibs(kernel)],
    ['/usr/sbin/ioclasscount', ioclasscount(kernel)],
    ['/usr/sbin/ioalloccount', ioalloccount(kernel)],
    ['/sbin/dmesg', dmesg(kernel)],
    ['/bin/kill', kill(kernel)],
    ['/bin/ps', ps(kernel)],
    ['/sbin/reboot', reboot(kernel)],
    ['/sbin/shutdown', shutdown(kernel)],
    ['/usr/bin/sw_vers', swVers()],
    ['/usr/bin/uname', uname()],
    ['/usr/sbin/sysctl', sysctl(kernel)],
    ['/usr/sbin/nvram', nvram(kernel)],
    ['/usr/bin/csrutil', csrutil()],
  ]
  return new Map(programs.map(([path, program]) => [path, untilBootEnds(program)]))
}

/** A program that waits for the kernel dies with it, as by SIGKILL. */
function untilBootEnds(program: Program): Program {
  return async process => {
    try {
      return await program(process)
    } catch (error) {
      if (error instanceof BootEnded) return 137
      throw error
    }
  }
}
