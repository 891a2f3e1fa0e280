import type { Kernel } from '../kernel/kernel.ts'
import type { Program } from '../program.ts'

/** Of the shell that asks; nobody can end it from here. */
const shellPid = 400

/** `ps`: every process, whatever is asked for; with `u` or `-o` and a user column who it belongs to. */
export function ps(kernel: Kernel): Program {
  return async process => {
    const words = process.argv.slice(1).join(' ')
    const rows = [
      ...kernel.boot.processes.all(),
      { pid: shellPid, name: '-sh', user: process.user },
    ].sort((a, b) => a.pid - b.pid)
    const hasUser = words.includes('u')
    await process.stdout(
      hasUser ? 'USER               PID  %CPU %MEM COMMAND\n' : '  PID TTY           TIME CMD\n',
    )
    for (const { pid, name, user } of rows) {
      await process.stdout(
        hasUser
          ? `${user.padEnd(15)} ${String(pid).padStart(6)}   0.0  0.1 ${name}\n`
          : `${String(pid).padStart(5)} ??         0:00.01 ${name}\n`,
      )
    }
    return 0
  }
}
