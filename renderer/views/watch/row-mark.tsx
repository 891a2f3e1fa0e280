import { EntryMark } from '../../../core/diff/entry-marks.ts'
import { classNames } from '../../widgets/class-names.ts'
import styles from './row-mark.module.css'

/** The first that counts says it: what is gone was new or changed before. */
const order = [
  ['gone', EntryMark.gone],
  ['new', EntryMark.new],
  ['moved', EntryMark.moved],
  ['changed', EntryMark.changed],
] as const

function first(bits: number) {
  return order.find(([, bit]) => (bits & bit) !== 0)
}

/** For the row's element: a tint, a strike, a flash. Undefined where nothing is to be told. */
export function markedRowClass(bits: number): string | undefined {
  const mark = first(bits)
  return mark && styles[`${mark[0]}Row`]
}

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

export interface RowMarkProps {
  /** `EntryMark` bits. */
  readonly bits: number
  /** When watching saw it, in milliseconds since the epoch. */
  readonly at?: number | undefined
}

/** What a watch or a comparison tells of an entry, in a shape, a colour and a word; with the time of what is gone. */
export function RowMark({ bits, at }: RowMarkProps) {
  const mark = first(bits)
  if (!mark) return null
  const [name] = mark
  const time = at === undefined ? '' : clock.format(at)
  return (
    <span
      className={classNames(styles.mark, styles[name])}
      title={time && `${name} at ${time}`}
      data-mark={name}
    >
      {name}
      {name === 'gone' && time && <time> {time}</time>}
    </span>
  )
}
