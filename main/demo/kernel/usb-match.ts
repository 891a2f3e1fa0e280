import type { DictionaryValue } from '../../../core/registry/property-value.ts'
import { valueAt } from '../../../core/registry/property-value.ts'
import type { FamilyResult } from './family-result.ts'
import type { Entry } from './registry.ts'
import { isEqual } from './values.ts'

/** One row of the table in facts: matching, section 6.3. Keys neither needed nor banned are optional. */
interface Combination {
  readonly score: number
  /** Only for nubs whose class byte is 0xFF (true) or is not (false). */
  readonly vendorClass?: boolean
  readonly needs: readonly string[]
  readonly bans: readonly string[]
}

const deviceCombinations: readonly Combination[] = [
  { score: 100_000, needs: ['idVendor', 'idProduct', 'bcdDevice'], bans: [] },
  { score: 90_000, needs: ['idVendor', 'idProduct'], bans: [] },
  {
    score: 80_000,
    vendorClass: true,
    needs: ['idVendor', 'bDeviceSubClass', 'bDeviceProtocol'],
    bans: ['idProduct', 'bcdDevice'],
  },
  {
    score: 70_000,
    vendorClass: true,
    needs: ['idVendor', 'bDeviceSubClass'],
    bans: ['idProduct', 'bcdDevice', 'bDeviceProtocol'],
  },
  {
    score: 60_000,
    vendorClass: false,
    needs: ['bDeviceClass', 'bDeviceSubClass', 'bDeviceProtocol'],
    bans: ['idVendor', 'idProduct', 'bcdDevice'],
  },
  {
    score: 50_000,
    vendorClass: false,
    needs: ['bDeviceClass', 'bDeviceSubClass'],
    bans: ['bDeviceProtocol', 'idVendor', 'idProduct', 'bcdDevice'],
  },
]

const numbered = ['bConfigurationValue', 'bInterfaceNumber']

const interfaceCombinations: readonly Combination[] = [
  { score: 100_000, needs: ['idVendor', 'idProduct', 'bcdDevice', ...numbered], bans: [] },
  { score: 90_000, needs: ['idVendor', 'idProduct', ...numbered], bans: [] },
  {
    score: 80_000,
    vendorClass: true,
    needs: ['idVendor', 'bInterfaceSubClass', 'bInterfaceProtocol'],
    bans: ['idProduct', 'bcdDevice', ...numbered],
  },
  {
    score: 70_000,
    vendorClass: true,
    needs: ['idVendor', 'bInterfaceSubClass'],
    bans: ['idProduct', 'bcdDevice', 'bInterfaceProtocol', ...numbered],
  },
  {
    score: 60_000,
    vendorClass: false,
    needs: ['bInterfaceClass', 'bInterfaceSubClass', 'bInterfaceProtocol'],
    bans: ['idVendor', 'idProduct', 'bcdDevice', ...numbered],
  },
  {
    score: 50_000,
    vendorClass: false,
    needs: ['bInterfaceClass', 'bInterfaceSubClass'],
    bans: ['bInterfaceProtocol', 'idVendor', 'idProduct', 'bcdDevice', ...numbered],
  },
]

const deviceKeys = [
  'idVendor',
  'idProduct',
  'bcdDevice',
  'bDeviceClass',
  'bDeviceSubClass',
  'bDeviceProtocol',
]
const interfaceKeys = [
  'idVendor',
  'idProduct',
  'bcdDevice',
  'bInterfaceClass',
  'bInterfaceSubClass',
  'bInterfaceProtocol',
  ...numbered,
]

/** The USB families' table: a score for the combination of keys, or no match at all. */
export function matchUsbTable(
  kind: 'device' | 'interface',
  provider: Entry,
  table: DictionaryValue,
  ownScore: number,
): FamilyResult {
  const keys = kind === 'device' ? deviceKeys : interfaceKeys
  const hasKey = (key: string): boolean =>
    valueAt(table, key) !== undefined ||
    (key === 'idProduct' && valueAt(table, 'idProductArray') !== undefined)
  let wildcards = 0
  let throughMask = false
  for (const key of keys) {
    const verdict = compareKey(provider, table, key)
    if (verdict === 'differs') return { isMatch: false, failedKey: key }
    if (verdict === 'wildcard') wildcards += 1
    if (verdict === 'masked') throughMask = true
  }
  const classByte = provider.properties.get(kind === 'device' ? 'bDeviceClass' : 'bInterfaceClass')
  const isVendorClass = classByte?.kind === 'integer' && classByte.value === 0xffn
  const combinations = kind === 'device' ? deviceCombinations : interfaceCombinations
  const row = combinations.find(
    c =>
      (c.vendorClass === undefined || c.vendorClass === isVendorClass) &&
      c.needs.every(hasKey) &&
      !c.bans.some(hasKey),
  )
  if (!row) return { isMatch: false, failedKey: keys.find(hasKey) ?? 'IOProviderClass' }
  const own = ownScore >= 10_000 ? 9000 : ownScore
  return {
    isMatch: true,
    score: row.score + own - wildcards * 1000 - (throughMask ? 500 : 0),
  }
}

function compareKey(
  provider: Entry,
  table: DictionaryValue,
  key: string,
): 'absent' | 'same' | 'differs' | 'wildcard' | 'masked' {
  const actual = provider.properties.get(key)
  const list = key === 'idProduct' ? valueAt(table, 'idProductArray') : undefined
  if (list?.kind === 'array') {
    return actual && list.items.some(item => isEqual(item, actual)) ? 'same' : 'differs'
  }
  const wanted = valueAt(table, key)
  if (wanted === undefined) return 'absent'
  if (wanted.kind === 'string' && wanted.text === '*') return 'wildcard'
  if (actual !== undefined && isEqual(wanted, actual)) return 'same'
  const mask = key === 'idProduct' ? valueAt(table, 'idProductMask') : undefined
  if (mask?.kind === 'integer' && wanted.kind === 'integer' && actual?.kind === 'integer') {
    if ((wanted.value & mask.value) === (actual.value & mask.value)) return 'masked'
  }
  return 'differs'
}
