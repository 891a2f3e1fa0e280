import type { Moment } from '../../../core/contract/types.ts'
import { causeWords } from '../../../core/timeline/cause-words.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import { clockTime, dayAndTime } from '../shell/times.ts'

/** What led to a capture, in a few words. */
export function momentCause({ cause }: Pick<Moment, 'cause'>): string {
  return causeWords(cause, title => `“${visibleText(title)}”`)
}

/** `14:03:22 Demo guest, captured`: with its day where that is not today. */
export function momentLabel(moment: Moment, today = new Date()): string {
  const { addedAt, source } = moment
  const isToday = new Date(addedAt).toDateString() === today.toDateString()
  const time = isToday ? clockTime(addedAt) : dayAndTime(addedAt)
  return `${time} ${visibleText(source.label)}, ${momentCause(moment)}`
}
