/** How the `ioreg` of a version of the system prints (facts: ioreg, sections 1, 3 and 5). */
export interface TextEra {
  /** The first version that prints so. */
  readonly since: string
  readonly hasIds: boolean
  /** `registered, matched, active, busy N` */
  readonly hasState: boolean
  /** ` (N ms)` after the busy count */
  readonly hasBusyTime: boolean
  readonly retainWord: 'retain' | 'retain count' | null
  readonly values: ValueRules
}

export interface ValueRules {
  /** Numbers with a sign; later ones print -1 as 18446744073709551615. */
  readonly isSigned: boolean
  /** Data with several zeros at its end still prints as text. Later only PowerPC does so. */
  readonly toleratesPadding: boolean
  readonly encoding: 'mac-roman' | 'utf-8'
  /** `-x` */
  readonly isHex: boolean
}

const values = {
  isSigned: false,
  toleratesPadding: true,
  encoding: 'mac-roman',
  isHex: false,
} as const

/** Oldest first. */
const eras: readonly TextEra[] = [
  {
    since: '10.0',
    hasIds: false,
    hasState: false,
    hasBusyTime: false,
    retainWord: null,
    values: { ...values, isSigned: true },
  },
  {
    since: '10.2',
    hasIds: false,
    hasState: false,
    hasBusyTime: false,
    retainWord: null,
    values,
  },
  {
    since: '10.3',
    hasIds: false,
    hasState: true,
    hasBusyTime: false,
    retainWord: 'retain count',
    values,
  },
  {
    since: '10.5',
    hasIds: false,
    hasState: true,
    hasBusyTime: false,
    retainWord: 'retain',
    values: { ...values, toleratesPadding: false },
  },
  {
    since: '10.6',
    hasIds: true,
    hasState: true,
    hasBusyTime: true,
    retainWord: 'retain',
    values: { ...values, toleratesPadding: false },
  },
  {
    since: '13',
    hasIds: true,
    hasState: true,
    hasBusyTime: true,
    retainWord: 'retain',
    values: { ...values, toleratesPadding: false, encoding: 'utf-8' },
  },
]

export const newestEra: TextEra = eras.at(-1)!

/** The era of a version of macOS, `10.4` or `13.1`; undefined where it is no version, or one before 10.0. */
export function textEraOf(version: string): TextEra | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){0,3}$/.test(version)) return undefined
  return eras.findLast(era => compareVersions(era.since, version) <= 0)
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map(version => version.split('.').map(Number))
  for (let i = 0; i < 2; i++) {
    const difference = (left![i] ?? 0) - (right![i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
