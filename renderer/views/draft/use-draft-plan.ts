import { useEffect, useRef, useState } from 'react'
import type { DraftParams } from '../../../core/contract/bundle-requests.ts'
import type { DraftPlan } from '../../../core/draft/draft-plan.ts'
import type { Failure } from '../../../core/failure.ts'
import { useActions } from '../../state/app-context.tsx'
import { failureOf } from '../../state/store.ts'

export interface DraftPlanning {
  /** The newest that could be made; it may be of what was chosen a moment ago. */
  readonly plan: DraftPlan | null
  /** Why there is none for what is chosen now. */
  readonly failure: Failure | null
  readonly isPlanning: boolean
}

/** While somebody types a name, a plan for every letter is too many. */
const restMs = 120

/** The plan for what is chosen, made again when that changes; the newest wins. */
export function useDraftPlan(params: DraftParams): DraftPlanning {
  const actions = useActions()
  const key = JSON.stringify(params)
  const [made, setMade] = useState<{
    readonly plan: DraftPlan | null
    readonly failure: Failure | null
    /** What it is the answer to. */
    readonly of: string | null
  }>({ plan: null, failure: null, of: null })
  const isFirst = useRef(true)
  useEffect(() => {
    const controller = new AbortController()
    const timer = setTimeout(
      () => {
        isFirst.current = false
        actions.planDraft(JSON.parse(key) as DraftParams, controller.signal).then(
          plan => {
            if (!controller.signal.aborted) setMade({ plan, failure: null, of: key })
          },
          (error: unknown) => {
            if (controller.signal.aborted) return
            setMade(({ plan }) => ({ plan, failure: failureOf(error), of: key }))
          },
        )
      },
      isFirst.current ? 0 : restMs,
    )
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [actions, key])
  return { plan: made.plan, failure: made.failure, isPlanning: made.of !== key }
}
