import type { PciRegister } from './pci-registers.ts'

/** `0x12348086&0xffff0000`: what a register is compared with, and in which bits. 32 bits, with a sign: those are
 * small numbers to the engine that runs this. */
export interface PciMatchItem {
  readonly value: number
  readonly mask: number
}

/**
 * The items of a match list, as the kernel reads it with `strtoul` in base 16 (facts: matching, section 6.2):
 *
 *   list  = item { item }      ends at the first text that is no number: a comma ends it
 *   item  = number { blank } [ `&` number ]
 *   number = { white space } [ `0x` ] hexadecimal digits
 *
 * A mask that is not there is `defaultMask`; an `&` without a number behind it is a mask of zero, which hits
 * every device. Of more than 32 bits the lower ones count.
 */
export function parsePciMatchList(text: string, defaultMask: number): readonly PciMatchItem[] {
  return readPciMatchList(text, defaultMask).items
}

/** The same, and where the list ends: what stands behind that, nobody reads. */
export function readPciMatchList(
  text: string,
  defaultMask: number,
): { readonly items: readonly PciMatchItem[]; readonly end: number } {
  const items: PciMatchItem[] = []
  let end = 0
  const number = /[ \t\n\v\f\r]*(?:0[xX](?=[\da-fA-F]))?([\da-fA-F]+)/y
  for (let at = 0; ;) {
    number.lastIndex = at
    const value = number.exec(text)
    if (value === null) break
    at = number.lastIndex
    while (text[at] === ' ') at++
    let mask = defaultMask
    if (text[at] === '&') {
      number.lastIndex = ++at
      const written = number.exec(text)
      mask = written === null ? 0 : lowerBits(written[1]!)
      if (written !== null) at = number.lastIndex
    }
    items.push({ value: lowerBits(value[1]!) | 0, mask: mask | 0 })
    end = at
  }
  return { items, end }
}

/** What does not fit into 64 bits becomes all ones. */
function lowerBits(digits: string): number {
  if (digits.length <= 8) return Number.parseInt(digits, 16)
  const isTooLong = /[1-9a-fA-F][\da-fA-F]{16}/.test(digits)
  return isTooLong ? 0xffff_ffff : Number.parseInt(digits.slice(-8), 16)
}

/** Whether one item hits. Null: bits of the register that decide are not known. */
export function hitsRegister(
  items: readonly PciMatchItem[],
  register: Pick<PciRegister, 'value' | 'known'>,
): boolean | null {
  let isOpen = false
  for (const { value, mask } of items) {
    if (((value ^ register.value) & mask & register.known) !== 0) continue
    if ((mask & ~register.known) === 0) return true
    isOpen = true
  }
  return isOpen ? null : false
}
