import type { DictionaryValue } from '../registry/property-value.ts'
import { valueAt } from '../registry/property-value.ts'
import { readPciMatchList } from '../matching/families/pci-match-list.ts'
import type { KeyFamily } from './known-keys.ts'
import type { AddFinding } from './match-rules.ts'
import { quoted } from './show-value.ts'

const wholeRegister = 0xffff_ffff

/** Values of the PCI keys that are not read as they look. */
export function pciFindings(table: DictionaryValue, family: KeyFamily, add: AddFinding): void {
  for (const key of family.keys.keys()) {
    const value = valueAt(table, key)
    if (value?.kind !== 'string') continue
    const { items, end } = readPciMatchList(value.text, wholeRegister)
    const rest = value.text.slice(end).trim()
    if (items.length === 0)
      add(
        'warning',
        'pci-value',
        key,
        `has ${quoted(value.text)} at ${key}, which is no list of hexadecimal numbers.`,
        'Write device and vendor as one number, such as 0x12348086; several with blanks between them.',
      )
    else if (rest !== '')
      add(
        'warning',
        'pci-value',
        key,
        `has ${quoted(value.text)} at ${key}, of which nothing is read from ${quoted(rest)} on.`,
        'Separate the numbers by blanks; commas and other words end the list.',
      )
    if (items.some(({ mask }) => mask === 0))
      add(
        'warning',
        'pci-value',
        key,
        `has a mask of 0 at ${key}, which every device passes.`,
        'Leave the key out if every device is meant; else write a mask such as &0xffff0000.',
      )
  }
}
