import type { LookCost } from '../../../core/watch/pace.ts'
import type { CommandResult } from '../../guest/command.ts'

/**
 * What a look costs, from the durations of its commands. The time of a command in the guest is counted from the moment
 * that its sshd had taken it: what opening the channel takes is the link's. A guest that waits until its output is
 * taken spends no time on it and is counted all the same, for nothing tells that from work.
 */
export class RunningCost implements LookCost {
  guestMs = 0
  linkMs = 0

  add({ durationMs, startedMs }: Pick<CommandResult, 'durationMs' | 'startedMs'>): void {
    this.guestMs += Math.max(0, durationMs - startedMs)
    this.linkMs += startedMs
  }
}
