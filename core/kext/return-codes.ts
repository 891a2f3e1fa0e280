/*
 * Numbers that the kernel and its tools print (facts: kexts, section 11).
 *
 *   31      26 25            14 13             0
 *   [ system 6 ][ subsystem 12 ][ code 14 ]          IOKit = 0x38 (0xe0000000), libkern = 0x37 (0xdc000000)
 */

import {
  commonReturns,
  ioKitSubsystems,
  kernAdvice,
  kernReturns,
  kextReturns,
  metaClassReturns,
  type Row,
} from './return-code-tables.ts'

export interface ReturnCode {
  /** `kOSKextReturnStartStopError`, `kIOReturnNoDevice`, `KERN_FAILURE`. */
  readonly name: string
  /** `0xdc008017` */
  readonly hex: string
  /** As the Mach error table names it: `libkern/kext`, `iokit/common`, `os/kern`. */
  readonly system: string
  readonly meaning: string
  /** What to do about it, where that can be said. */
  readonly advice?: string
}

/**
 * Explains a return code. Text may be hexadecimal with `0x` or decimal; tools print the codes of kexts as
 * signed decimals, so −603946985 is 0xdc008017.
 *
 * @returns undefined for what is not a 32-bit number and for codes of systems that are not known
 */
export function explainReturnCode(code: number | bigint | string): ReturnCode | undefined {
  const value = unsigned32(code)
  if (value === undefined) return undefined
  const hex =
    value < 0x1000 ? `0x${value.toString(16)}` : `0x${value.toString(16).padStart(8, '0')}`
  const system = value >>> 26
  const subsystem = (value >>> 14) & 0xfff
  const low = value & 0x3fff

  if (system === 0 && subsystem === 0) {
    const name = kernReturns[low]
    if (name === undefined) return undefined
    const advice = kernAdvice.get(low)
    const meaning = name.toLowerCase().replaceAll('_', ' ')
    return { name: `KERN_${name}`, hex, system: 'os/kern', meaning, ...(advice && { advice }) }
  }
  if (system === 0x37) return explainLibkern(hex, subsystem, low)
  if (system === 0x38) return explainIOKit(hex, subsystem, low)
  return undefined
}

/**
 * The code that a tool's message string stands for: `(libkern/kext) link error` -> 0xdc008016. Words of the other
 * systems are only taken for a code where they are its words to the letter.
 */
export function returnCodeOfMessage(message: string): ReturnCode | undefined {
  const [, system, words] = /\((libkern\/kext|iokit\/common|os\/kern)\) (.*)/.exec(message) ?? []
  if (words === undefined) return undefined
  switch (system) {
    case 'libkern/kext': {
      const found = [...kextReturns].find(([, [, meaning]]) => words.startsWith(meaning))
      return found && explainReturnCode(0xdc008000 + found[0])
    }
    case 'iokit/common': {
      const said = plainWords(words)
      const found = [...commonReturns].find(([, [, meaning]]) => plainWords(meaning) === said)
      return found && explainReturnCode(0xe0000000 + found[0])
    }
    default: {
      const code = kernReturns.findIndex(name => plainWords(name) === plainWords(words))
      return code < 0 ? undefined : explainReturnCode(code)
    }
  }
}

function plainWords(text: string): string {
  return text
    .slice(0, 200)
    .toLowerCase()
    .replace(/[;.].*$/, '')
    .replace(/[^a-z]+/g, ' ')
    .trim()
}

function explainLibkern(hex: string, subsystem: number, low: number): ReturnCode | undefined {
  if (subsystem === 0 && low === 1)
    return { name: 'libkern 0x1', hex, system: 'libkern', meaning: 'error of libkern' }
  if (subsystem === 1) return fromRow(metaClassReturns.get(low), '', hex, 'libkern/metaclass')
  if (subsystem === 2) return fromRow(kextReturns.get(low), 'kOSKextReturn', hex, 'libkern/kext')
  return undefined
}

function explainIOKit(hex: string, subsystem: number, low: number): ReturnCode | undefined {
  if (subsystem === 0) return fromRow(commonReturns.get(low), 'kIOReturn', hex, 'iokit/common')
  const family = ioKitSubsystems.get(subsystem)
  if (family === undefined) return undefined
  return {
    name: `iokit ${family} 0x${low.toString(16)}`,
    hex,
    system: `iokit/${family}`,
    meaning: `error 0x${low.toString(16)} of the ${family} family; its headers name it`,
  }
}

function fromRow(
  row: Row | undefined,
  prefix: string,
  hex: string,
  system: string,
): ReturnCode | undefined {
  if (row === undefined) return undefined
  const [name, meaning, advice] = row
  return { name: `${prefix}${name}`, hex, system, meaning, ...(advice !== undefined && { advice }) }
}

function unsigned32(code: number | bigint | string): number | undefined {
  let value: bigint
  if (typeof code === 'bigint') value = code
  else if (typeof code === 'number') {
    if (!Number.isSafeInteger(code)) return undefined
    value = BigInt(code)
  } else {
    const text = code.trim().replace(/^[−–]/, '-')
    if (!/^(?:-?\d{1,20}|0x[0-9a-f]{1,16})$/i.test(text)) return undefined
    value = BigInt(text)
  }
  // A 64-bit reader shows a negative code with all upper bits set.
  if (value >> 32n === 0xffff_ffffn) value = BigInt.asIntN(32, value)
  if (value < -(2n ** 31n) || value >= 2n ** 32n) return undefined
  return Number(BigInt.asUintN(32, value))
}
