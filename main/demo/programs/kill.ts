import type { Kernel } from '../kernel/kernel.ts'
import { closeUserClients } from '../kernel/close-user-clients.ts'
import type { Program } from '../program.ts'

const launchd = 1
/** Signals that a process here ends of; HUP to USR2 of what people send. Others are ignored. */
const ending = new Set(['1', '2', '3', '9', '15', 'HUP', 'INT', 'QUIT', 'KILL', 'TERM'])

/**
 * `kill [-signal] pid …`. A process that ends closes its connections to the kernel. Launchd, which here starts none
 * of them again by itself, cannot be killed.
 */
export function kill(kernel: Kernel): Program {
  return async process => {
    let [, ...operands] = process.argv
    let signal = 'TERM'
    const option = /^-(?:SIG)?([A-Z0-9]+)$/i.exec(operands[0] ?? '')
    if (operands[0] === '-s') {
      signal = (operands[1] ?? '').toUpperCase().replace(/^SIG/, '')
      operands = operands.slice(2)
    } else if (option) {
      signal = option[1]!.toUpperCase()
      operands = operands.slice(1)
    }
    if (operands[0] === '--') operands = operands.slice(1)
    if (operands.length === 0) {
      await process.stderr('usage: kill [-s signal_name] pid ...\n')
      return 2
    }
    const { boot } = kernel
    let exitCode = 0
    const complain = async (operand: string, why: string) => {
      await process.stderr(`kill: ${operand}: ${why}\n`)
      exitCode = 1
    }
    for (const operand of operands) {
      const target = /^\d{1,9}$/.test(operand) ? boot.processes.get(Number(operand)) : null
      if (target === null) await complain(operand, 'Invalid argument')
      else if (target === undefined) await complain(operand, 'No such process')
      else if (target.pid === launchd || (process.uid !== 0 && target.user !== process.user))
        await complain(operand, 'Operation not permitted')
      else if (ending.has(signal)) {
        boot.processes.remove(target.pid)
        closeUserClients(boot, target.pid)
      }
    }
    return exitCode
  }
}
