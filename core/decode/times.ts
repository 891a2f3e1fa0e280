import { integerOf } from './bytes.ts'
import {
  bytesAt,
  fieldOf,
  type DecodedField,
  type DecodedProperty,
  type Decoding,
  type Sureness,
} from './decoding.ts'

/** Keys whose unit is known. */
const nanoseconds: ReadonlySet<string> = new Set(['HIDIdleTime', 'accumulatedGPUTime'])
/** Seconds since 1970 by what they were seen to hold. */
const unixKeys = /^(\w*PathUpdated|UpdateTime|\w*Updated)$/
/** Ticks of a clock that the dump does not name. */
const tickKeys = /(time ?stamp|SubmittedTime|AbsoluteTime|mach)/i
const batteryKeys: ReadonlySet<string> = new Set(['ManufactureDate'])

const from2001 = 978_307_200n
const to2100 = 4_102_444_800n

/** Times of several kinds. Only where the key says the unit is it a fact. */
export function decodeTime({ key, value }: DecodedProperty): Decoding | null {
  if (value.kind === 'date') {
    return time('date', 'Date', 'certain', 'The value is a date.', '', [
      fieldOf('Date, UTC', value.iso),
    ])
  }
  const number = integerOf(value, 'little')
  if (number === null) return null
  const range = value.kind === 'data' ? bytesAt(0, value.bytes.length) : null
  if (nanoseconds.has(key)) {
    const text = durationText(number)
    return time('nanoseconds', 'Duration in nanoseconds', 'certain', 'By its key.', text, [
      fieldOf('Duration', text, { meaning: `${number.toLocaleString('en-US')} ns`, range }),
    ])
  }
  if (batteryKeys.has(key) && number > 0n && number <= 0xffffn) {
    const date = batteryDate(Number(number))
    const why =
      'By its key; packed as the Smart Battery standard has it: years since 1980, month, day.'
    if (date === null) return null
    return time('battery-date', 'Date of a battery', 'likely', why, date, [
      fieldOf('Made on', date, { range }),
    ])
  }
  if (unixKeys.test(key) && number >= from2001 && number < to2100) {
    const iso = new Date(Number(number) * 1000).toISOString().replace('.000Z', 'Z')
    const why =
      'Its key speaks of an update, and as seconds since 1970 it is a date of this century.'
    return time('unix-time', 'Seconds since 1970', 'likely', why, iso, [
      fieldOf('Date, UTC', iso, { range }),
    ])
  }
  if (!tickKeys.test(key) || number === 0n) return null
  const why =
    'Its key speaks of a time, and not of its unit. Absolute time of the kernel counts nanoseconds on Intel, and ticks of 24 MHz on Apple silicon.'
  return time('ticks', 'Time since boot', 'possible', why, '', [
    fieldOf('As nanoseconds', durationText(number), { meaning: 'absolute time on Intel', range }),
    fieldOf('As ticks of 24 MHz', durationText((number * 125n) / 3n), {
      meaning: 'absolute time on Apple silicon',
      range,
    }),
    fieldOf('As microseconds', durationText(number * 1000n), { range }),
  ])
}

function time(
  decoder: string,
  title: string,
  sureness: Sureness,
  because: string,
  summary: string,
  fields: readonly DecodedField[],
): Decoding {
  return { decoder, title, sureness, because, summary, fields, problems: [] }
}

/** Day in bits 0 to 4, month in 5 to 8, years since 1980 above; null for a day that does not exist. */
function batteryDate(packed: number): string | null {
  const day = packed & 0x1f
  const month = (packed >>> 5) & 0xf
  const year = 1980 + (packed >>> 9)
  if (day < 1 || month < 1 || month > 12) return null
  const two = (value: number) => String(value).padStart(2, '0')
  return `${year}-${two(month)}-${two(day)}`
}

const second = 1_000_000_000n

/**
 * Nanoseconds in words of the size that people think in: `61 ms`, `2 min 5 s`, `3 d 4 h`. Cut off, not rounded: what
 * is shown has passed.
 */
export function durationText(value: bigint): string {
  if (value < 1000n) return `${value} ns`
  if (value < 1_000_000n) return `${decimal(value, 1000n)} µs`
  if (value < second) return `${decimal(value, 1_000_000n)} ms`
  const seconds = value / second
  if (seconds < 60n) return `${decimal(value, second)} s`
  const [large, small, words] =
    seconds < 3600n
      ? ([60n, 1n, ['min', 's']] as const)
      : seconds < 86_400n
        ? ([3600n, 60n, ['h', 'min']] as const)
        : ([86_400n, 3600n, ['d', 'h']] as const)
  const rest = (seconds % large) / small
  const whole = `${(seconds / large).toLocaleString('en-US')} ${words[0]}`
  return rest === 0n ? whole : `${whole} ${rest} ${words[1]}`
}

/** Three digits at most, as `61`, `6.1` and `0.61`. */
function decimal(value: bigint, unit: bigint): string {
  const whole = value / unit
  if (whole >= 100n) return String(whole)
  const hundredths = (value * 100n) / unit
  const number = whole >= 10n ? Number(hundredths / 10n) / 10 : Number(hundredths) / 100
  return String(number)
}
