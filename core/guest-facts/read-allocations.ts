/** Bytes per kind of allocation, as `ioalloccount` prints them. */
export interface Allocation {
  readonly name: string
  readonly bytes: number
}

const line = /^ *([A-Za-z][A-Za-z ]{0,60}?) *= 0x([0-9a-f]{1,16}) = /i

/**
 * Reads `ioalloccount`: lines of `%22s = 0x%08llx = %4llu K` (facts: logs-and-misc, section 3). What is no such line is
 * left out, and so is a number that no machine has as much memory for.
 */
export function readAllocations(text: string): readonly Allocation[] {
  return text
    .split('\n')
    .slice(0, 100)
    .flatMap(each => {
      const found = line.exec(each)
      const bytes = Number(`0x${found?.[2] ?? '0'}`)
      return found && Number.isSafeInteger(bytes) ? [{ name: found[1]!, bytes }] : []
    })
}
