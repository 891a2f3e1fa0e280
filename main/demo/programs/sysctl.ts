import type { Kernel } from '../kernel/kernel.ts'
import { buildVersion, kernelVersion, modelName } from '../machine/boot-machine.ts'
import { darwinVersion } from '../machine/kext-table.ts'
import type { Program } from '../program.ts'

/** The few values of `sysctl` that tell one kernel and one boot from another. */
function variables(kernel: Kernel): ReadonlyMap<string, string> {
  const { identity, log } = kernel.boot
  const seconds = Math.floor(identity.timeMs / 1000)
  const micros = (identity.timeMs % 1000) * 1000
  const date = ctime(new Date(identity.timeMs))
  return new Map([
    ['kern.ostype', 'Darwin'],
    ['kern.osrelease', darwinVersion],
    ['kern.osrevision', '199506'],
    ['kern.version', kernelVersion],
    ['kern.hostname', 'darwinos'],
    ['kern.osversion', buildVersion],
    ['kern.boottime', `{ sec = ${seconds}, usec = ${micros} } ${date}`],
    ['kern.bootargs', kernel.bootArguments],
    ['kern.bootsessionuuid', identity.sessionUuid],
    ['kern.msgbuf', String(log.size)],
    ['kern.safeboot', '0'],
    ['kern.hv_vmm_present', '1'],
    ['kern.hv_support', '0'],
    ['hw.machine', 'x86_64'],
    ['hw.model', modelName],
    ['hw.ncpu', '4'],
    ['hw.memsize', '8589934592'],
    ['hw.pagesize', '4096'],
    ['debug.kextlog', '0'],
    ['machdep.cpu.brand_string', 'QEMU Virtual CPU version 2.5+'],
  ])
}

/** `sysctl [-n] name…`, `sysctl -a`. An unknown name is an error, the others are still shown. */
export function sysctl(kernel: Kernel): Program {
  return async process => {
    const args = process.argv.slice(1)
    const bare = args.some(arg => /^-[a-z]*n/.test(arg))
    const names = args.filter(arg => !arg.startsWith('-'))
    const known = variables(kernel)
    if (names.length === 0 && !args.some(arg => /^-[a-zA-Z]*[aA]/.test(arg))) {
      await process.stderr(
        'usage: sysctl [-bdehiNnoqx] name[=value] ...\n       sysctl [-bdehNnoqx] -a\n',
      )
      return 1
    }
    let exitCode = 0
    for (const name of names.length > 0 ? names : known.keys()) {
      if (name.includes('=')) {
        await process.stderr(`sysctl: ${name.split('=')[0]}: Operation not permitted\n`)
        exitCode = 1
        continue
      }
      const children = [...known].filter(([key]) => key === name || key.startsWith(`${name}.`))
      if (children.length === 0) {
        await process.stderr(`sysctl: unknown oid '${name}'\n`)
        exitCode = 1
        continue
      }
      for (const [key, value] of children) {
        await process.stdout(bare ? `${value}\n` : `${key}: ${value}\n`)
      }
    }
    return exitCode
  }
}

/** `Mon Nov  2 09:05:07 2020`, in UTC. */
function ctime(date: Date): string {
  const [weekday, day = '', month, year, time] = date.toUTCString().replace(',', '').split(' ')
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`
}
