import { kextsByClass } from '../../core/kext/owning-kext.ts'
import { ask } from '../../core/contract/transport.ts'
import { evaluateRules } from '../../core/watch/evaluate-rules.ts'
import { nextMarkEnds } from '../../core/watch/follow-looks.ts'
import { isWatchOn } from '../../core/watch/watch-status.ts'
import type { LookReader } from '../compare/read-look.ts'
import { createKextOf } from '../../core/query/filter/kext-of-entry.ts'
import type { EntryIndex } from '../../core/registry/snapshot.ts'
import { refOfEntry } from '../registry/selection.ts'
import { visibleText } from '../widgets/visible-text.ts'
import type { AppState } from './app-state.ts'
import type { ActionContext } from './store.ts'
import type { WatchNotice } from './watch-state.ts'
import { withMarksOf } from './watch-looks.ts'

/** More than these would hide the window. */
const mostNotices = 5
/** Marks that end within this time of each other end together: each end draws the rows anew. */
const togetherMs = 250

/**
 * What goes on beside the looks: marks end after a while, rules are asked of each look, and what was kept for the next
 * one is let go with the watch. Returns what stops it.
 */
export function followWatch(
  { store, transport }: ActionContext,
  looks: LookReader,
  choose: (noticeId: number) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let lastNotice = 0

  const schedule = ({ watch }: AppState) => {
    clearTimeout(timer)
    const end = watch.followed && nextMarkEnds(watch.followed)
    if (end === null) return
    timer = setTimeout(
      () => store.setState(state => withMarksOf(state, Date.now() + togetherMs)),
      Math.max(0, end - Date.now()) + togetherMs,
    )
  }

  const askRules = ({ watch, preferences }: AppState) => {
    const { followed, capture } = watch
    const { rules } = preferences.watch
    if (!followed || !capture) return
    const { snapshot, marks } = followed.merged
    const refOf = (entry: EntryIndex) => refOfEntry(snapshot, entry, 'IOService')
    const kextOf = createKextOf(snapshot, kextsByClass(capture.installed ?? []))
    const { memory, hits } = evaluateRules(rules, watch.ruleMemory, { snapshot, marks, kextOf })
    const notices = hits.map(({ rule, sentence, first }): WatchNotice => {
      const entry = rule.kind !== 'filter' ? rule.entry : first === -1 ? null : refOf(first)
      return { id: ++lastNotice, at: Date.now(), sentence, entry, ruleId: rule.id }
    })
    store.setState(({ watch: now }) => ({
      watch: {
        ...now,
        ruleMemory: memory,
        notices: [...now.notices, ...notices].slice(-mostNotices),
      },
    }))
    for (const notice of notices) void showOutside(transport, capture.source.label, notice, choose)
  }

  const stop = store.subscribe((now, before) => {
    const { followed } = now.watch
    if (isWatchOn(before.watch.status) && !isWatchOn(now.watch.status)) looks.end()
    if (followed !== before.watch.followed) schedule(now)
    const isNewLook = followed && followed.look !== before.watch.followed?.look
    const hasOtherRules = now.preferences.watch.rules !== before.preferences.watch.rules
    if (isNewLook || (followed && hasOtherRules)) askRules(now)
  })
  return () => {
    stop()
    clearTimeout(timer)
  }
}

/**
 * A notice of the system's, for somebody who looks elsewhere: by the host, else by the browser where the user has
 * allowed it. Nobody is asked here.
 */
async function showOutside(
  transport: ActionContext['transport'],
  label: string,
  { id: noticeId, sentence }: WatchNotice,
  choose: (noticeId: number) => void,
): Promise<void> {
  if (typeof document === 'undefined' || document.hasFocus()) return
  const title = `Kextant: ${visibleText(label)}`.slice(0, 200)
  const body = visibleText(sentence).slice(0, 1000)
  try {
    const { isShown } = await ask(transport, 'host.notify', { title, body, noticeId })
    if (isShown || typeof Notification === 'undefined') return
    if (Notification.permission !== 'granted') return
    const shown = new Notification(title, { body })
    shown.onclick = () => {
      window.focus()
      choose(noticeId)
      shown.close()
    }
  } catch {
    // The window says it all the same.
  }
}
