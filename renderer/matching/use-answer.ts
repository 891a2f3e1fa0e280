import { useEffect } from 'react'
import { useActions, useApp } from '../state/app-context.tsx'
import type { GivenAnswer, Matching } from '../state/app-state.ts'
import type { AnswerTo, MatchingQuestion, MatchingSlot } from './messages.ts'
import type { WhatIfPersonality } from './what-if.ts'

export interface Answered<Q extends MatchingQuestion> {
  readonly phase: Matching['phase']
  /** Null until the worker has answered this very question about the capture that is shown. */
  readonly answer: AnswerTo<Q> | null
  readonly whatIf: readonly WhatIfPersonality[]
}

const none: readonly WhatIfPersonality[] = []

/** Asks the matching worker as long as the view is shown. A question that reads the same is the same. */
export function useAnswer<Q extends MatchingQuestion>(
  slot: MatchingSlot,
  question: Q | null,
): Answered<Q> {
  const { askMatching } = useActions()
  const key = JSON.stringify(question)
  useEffect(() => {
    askMatching(slot, JSON.parse(key) as MatchingQuestion | null)
  }, [askMatching, slot, key])
  useEffect(() => () => askMatching(slot, null), [askMatching, slot])
  const phase = useApp(state => state.matching.phase)
  const snapshot = useApp(state => state.current?.snapshot)
  const given = useApp(state => state.matching.answers[slot])
  const isMine = given?.snapshot === snapshot && JSON.stringify(given?.question) === key
  return {
    phase,
    answer: isMine ? ((given as GivenAnswer).answer as AnswerTo<Q>) : null,
    whatIf: isMine ? given!.whatIf : none,
  }
}
