import type { DraftChoice } from '../../../core/draft/draft-plan.ts'

/** It would win, but a driver of its category runs: the kernel asks again when that one is gone. */
export const waitsForRival = ({ wins, rivals }: DraftChoice): boolean =>
  wins && rivals.some(({ isRunning }) => isRunning)
