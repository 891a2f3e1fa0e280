import { encodeSnapshot } from '../../core/registry/snapshot-codec.ts'
import { copyInPieces } from '../registry/copy-in-pieces.ts'
import { noMatching, type AppState, type Matching, type OpenCapture } from '../state/app-state.ts'
import type { AppStore } from '../state/store.ts'
import type { FromMatching, MatchingQuestion, MatchingSlot, ToMatching } from './messages.ts'
import { whatIfPart, type WhatIfPersonality } from './what-if.ts'

/** As much of a `Worker` as is used here. */
export interface MatchingWorker {
  postMessage(message: ToMatching, transfer: ArrayBuffer[]): void
  terminate(): void
  onmessage: ((event: MessageEvent<FromMatching>) => void) | null
  onerror: ((event: ErrorEvent) => void) | null
}

interface Asked {
  readonly number: number
  readonly question: MatchingQuestion
  readonly whatIf: readonly WhatIfPersonality[]
}

/**
 * Keeps a worker that explains matching, and its answers in the state. It gets a capture when the first question
 * about it is asked, every change of the what-if personalities, and the newest question of each slot.
 */
export function followMatching(store: AppStore, startWorker: () => MatchingWorker): () => void {
  let worker: MatchingWorker | null = null
  let capture = 0
  /** The capture that the worker has, or is being sent. */
  let opened: OpenCapture | null = null
  let number = 0
  const asked = new Map<MatchingSlot, Asked>()

  const change = (matching: Partial<Matching>) =>
    store.setState(state => ({ matching: { ...state.matching, ...matching } }))
  const post = (message: ToMatching, transfer: ArrayBuffer[] = []) =>
    worker?.postMessage(message, transfer)

  const take = ({ slot, number: of, answer }: FromMatching) => {
    const { current, matching } = store.getState()
    const about = asked.get(slot)
    if (!current || current !== opened || about?.number !== of) return
    const { question, whatIf } = about
    const given = { snapshot: current.snapshot, question, whatIf, answer }
    change({ answers: { ...matching.answers, [slot]: given } })
  }

  const fail = () => {
    worker?.terminate()
    worker = null
    opened = null
    asked.clear()
    change({ phase: 'broken', answers: {} })
  }

  const open = async (current: OpenCapture) => {
    const mine = ++capture
    opened = current
    asked.clear()
    if (!worker) {
      worker = startWorker()
      worker.onmessage = event => take(event.data)
      worker.onerror = fail
    }
    change({ phase: 'opening', answers: {} })
    const bytes = await copyInPieces(encodeSnapshot(current.snapshot), () => mine === capture)
    if (mine !== capture) return
    const { installed, bootPersonalities, identity, kexts } = current.capture
    const beside = {
      installed,
      bootCache: bootPersonalities ?? null,
      darwinMajor: identity?.darwinMajor ?? null,
      loadedKexts: kexts?.map(kext => kext.bundleIdentifier) ?? null,
    }
    post({ kind: 'open', capture: mine, bytes, ...beside }, [bytes.buffer])
    sendWhatIf(store.getState())
    change({ phase: 'ready' })
    askAll(store.getState())
  }

  const sendWhatIf = ({ whatIf }: AppState) =>
    post({ kind: 'what-if', parts: whatIf.map(whatIfPart) })

  const askAll = ({ matching, whatIf }: AppState) => {
    if (matching.phase !== 'ready') return
    for (const slot of slots) {
      const question = matching.questions[slot] ?? null
      const before = asked.get(slot)
      if (question === (before?.question ?? null) && (!before || before.whatIf === whatIf)) continue
      if (question) asked.set(slot, { number: ++number, question, whatIf })
      else asked.delete(slot)
      post({ kind: 'ask', capture, slot, number, question })
    }
  }

  const stop = store.subscribe((state, before) => {
    const { current, matching, whatIf } = state
    if (current !== before.current && (opened || matching.phase === 'broken')) {
      // The next question brings the new capture; of the one before nobody asks.
      capture++
      opened = null
      asked.clear()
      post({ kind: 'close' })
      change({ phase: 'off', answers: {} })
      return
    }
    const isAsked = Object.values(matching.questions).some(question => question !== undefined)
    if (current && !opened && isAsked && matching.phase !== 'broken') {
      // No room for a copy of a huge capture: it can be looked at all the same.
      open(current).catch(fail)
      return
    }
    if (whatIf !== before.whatIf && matching.phase === 'ready') sendWhatIf(state)
    if (matching.questions !== before.matching.questions || whatIf !== before.whatIf) askAll(state)
  })
  return () => {
    stop()
    worker?.terminate()
    store.setState({ matching: noMatching })
  }
}

const slots: readonly MatchingSlot[] = ['service', 'personality', 'kext', 'edited', 'what-if']
