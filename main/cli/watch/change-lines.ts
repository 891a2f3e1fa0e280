import { changeWords, type ChangeRow } from '../../../core/watch/change-rows.ts'
import { printable, printableInLine } from '../../app/printable.ts'
import type { Hue, Paint } from '../look.ts'

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

const marks: Readonly<Partial<Record<ChangeRow['what'], readonly [sign: string, hue: Hue]>>> = {
  new: ['+', 'green'],
  gone: ['-', 'red'],
  moved: ['→', 'cyan'],
  boot: ['!', 'yellow'],
}

/** `21:09:52  +  IOService:/iMac14,2/IOResources/MyKext  <class MyKext>` */
export function changeLine(row: ChangeRow, paint: Paint): string {
  const [sign, hue] = marks[row.what] ?? ['~', 'yellow' as const]
  const className = row.className === null ? '' : `  <class ${row.className}>`
  const text = printableInLine(`${row.path ?? row.label}${className}${changeText(row)}`)
  return `${paint('dim', clock.format(row.at))}  ${paint(hue, sign)}  ${text}`
}

function changeText({ what, key, before, after }: ChangeRow): string {
  if (before === null && after === null) return ''
  return `  ${key ?? changeWords[what]}: ${before ?? '(none)'} → ${after ?? '(none)'}`
}

/** The same as one line of JSON; docs/watching.md describes it. */
export function changeJson(row: ChangeRow): string {
  const { at, what, entryId, path, label, className, key, before, after } = row
  return printable(
    JSON.stringify({
      time: new Date(at).toISOString(),
      // The word of this format since its first day.
      what: what === 'gone' ? 'terminated' : changeWords[what],
      id: entryId,
      path,
      name: label,
      class: className,
      key,
      before,
      after,
    }),
  )
}
