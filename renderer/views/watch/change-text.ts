import { changeWords, type ChangeRow } from '../../../core/watch/change-rows.ts'
import { visibleText } from '../../widgets/visible-text.ts'

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

/** `20:14:03` */
export const timeOfDay = (at: number): string => clock.format(at)

/** What changed, without its values: `busy`, `IOPowerManagement/CurrentPowerState`. */
export const whatText = ({ what, key }: ChangeRow): string => key ?? changeWords[what]

/** The values, where there are any: `2 → 4`; what was not there is an empty place. */
export function valuesText({ before, after }: ChangeRow): string {
  if (before === null && after === null) return ''
  return `${before ?? '(none)'} → ${after ?? '(none)'}`
}

/** The list as text for the clipboard, a change a line, columns apart by tabs. */
export function changesText(changes: readonly ChangeRow[]): string {
  return changes
    .map(row => {
      const columns = [
        new Date(row.at).toISOString(),
        changeWords[row.what],
        row.path ?? row.label,
        row.className ?? '',
        row.key ?? '',
        row.before ?? '',
        row.after ?? '',
      ]
      return columns.map(text => visibleText(text)).join('\t')
    })
    .join('\n')
}
