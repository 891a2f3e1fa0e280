import { FailureError } from '../../../core/failure.ts'
import type { CommandResult } from '../command.ts'
import type { GuestSession } from '../session.ts'
import { toolPath } from './tool-paths.ts'

/**
 * The kernel's message buffer, vis(3)-encoded. Darwin shows it to root only and ends with 1 for anyone
 * else (facts: logs-and-misc, section 1). Where root cannot be had it is tried without, which other
 * kernels allow; if that fails as well, the reason why root could not be had is the one worth telling.
 *
 * @throws FailureError sudo-password-needed, sudo-refused, command-missing, command-failed
 */
export async function dmesg(session: GuestSession, signal?: AbortSignal): Promise<CommandResult> {
  const command = { name: 'dmesg', argv: [toolPath(session, 'dmesg')], signal }
  try {
    return await session.run({ ...command, asRoot: true })
  } catch (error) {
    if (!(error instanceof FailureError) || !isWithoutRoot(error)) throw error
    const plain = await session.run({ ...command, okExitCodes: 'any' })
    if (plain.exitCode === 0) return plain
    throw error
  }
}

function isWithoutRoot({ failure }: FailureError): boolean {
  switch (failure.kind) {
    case 'sudo-password-needed':
    case 'sudo-refused':
      return true
    case 'command-missing':
      return failure.command === 'sudo'
    default:
      return false
  }
}
