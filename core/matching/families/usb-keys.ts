import {
  stringAt,
  type DictionaryValue,
  type PropertyValue,
} from '../../registry/property-value.ts'
import type { ProviderView } from '../provider-view.ts'
import type { KeyCheck } from '../verdict.ts'
import { isEqualTo, low32, wantedKeys, type WantedKey } from './key-checks.ts'

/**
 * The keys of a personality that USB matching looks at (facts: matching, section 6.3): plain ones, which are
 * numbers or `*`, and the two that help with the product.
 */
export interface WantedUsbKeys {
  readonly plain: readonly WantedKey[]
  /** Names of the plain ones, as they are told to people, and of those that are `*`. */
  readonly present: ReadonlySet<string>
  readonly presentText: string
  readonly wildcards: ReadonlySet<string>
  /** Of `idProductArray`, where it is an array. */
  readonly products: readonly PropertyValue[] | null
  readonly productMask: number | null
  /** Keys of the 10.11+ family, of which no more is known than that they are compared. */
  readonly extra: readonly WantedKey[]
  /** Those plain ones, and the extra ones, that nothing but an equal number will do for. */
  readonly strict: readonly WantedKey[]
  /** The driver of user clients, which has no keys. */
  readonly isForUserClients: boolean
}

/** How the keys of a personality fare against one nub. */
export interface UsbKeys {
  /** `idProductArray` accepts the product, which is as good as `idProduct`. */
  readonly isListed: boolean
  readonly usedMask: boolean
  readonly checks: readonly KeyCheck[]
}

const productKey = 'idProduct'
const arrayKey = 'idProductArray'
const maskKey = 'idProductMask'
export const productHelpers = [arrayKey, maskKey]
export const extraUsbKeys = ['USBSpeed', 'USBPortType']

export function wantedUsbKeys(
  personality: DictionaryValue,
  plainKeys: readonly string[],
): WantedUsbKeys {
  const plain = wantedKeys(personality, plainKeys)
  const helpers = new Map(wantedKeys(personality, productHelpers))
  const products = helpers.get(arrayKey)
  const extra = wantedKeys(personality, extraUsbKeys)
  const isHelped = helpers.size > 0
  return {
    plain,
    present: new Set(plain.map(([key]) => key)),
    presentText: plain.map(([key]) => key).join(' + '),
    wildcards: new Set(plain.filter(([, value]) => isWildcard(value)).map(([key]) => key)),
    products: products?.kind === 'array' ? products.items : null,
    productMask: low32(helpers.get(maskKey)),
    extra,
    strict: [...plain, ...extra].filter(
      ([key, value]) => !isWildcard(value) && !(key === productKey && isHelped),
    ),
    isForUserClients: stringAt(personality, 'IOMatchCategory') === 'IOUSBUserClientInit',
  }
}

function isWildcard(value: PropertyValue): boolean {
  return value.kind === 'string' && value.text === '*'
}

export function checkUsbKeys(wanted: WantedUsbKeys, provider: ProviderView): UsbKeys {
  const ofList = wanted.products && checkProducts(wanted.products, wanted.productMask, provider)
  const isListed = ofList?.outcome === 'holds'
  let usedMask = ofList?.note === underMask
  const checks: KeyCheck[] = []
  for (const [key, value] of wanted.plain) {
    // A list that has the product decides alone.
    if (key === productKey && isListed) continue
    if (wanted.wildcards.has(key)) {
      const found = provider.property(key) ?? null
      checks.push({ key, outcome: 'holds', wanted: value, found, note: anyValue })
      continue
    }
    const check = checkNumber(key, value, provider)
    const isMasked =
      key === productKey &&
      check.outcome === 'fails' &&
      ofList === null &&
      isHitUnderMask([value], wanted.productMask, provider)
    if (isMasked) usedMask = true
    checks.push(isMasked ? { ...check, outcome: 'holds', note: underMask } : check)
  }
  // One that does not have it fails, unless `idProduct` is `*`.
  if (ofList !== null && (isListed || !wanted.wildcards.has(productKey))) checks.push(ofList)
  for (const [key, value] of wanted.extra) checks.push(checkNumber(key, value, provider))
  return { isListed, usedMask, checks }
}

const anyValue = '* accepts any value.'
const underMask = 'Equal under idProductMask.'
const mustBeNumber = 'It must be a number, or the text *.'
const notThere = 'The service has no such property.'
const notShown = 'The dump does not show the properties of this service.'

function checkNumber(key: string, wanted: PropertyValue, provider: ProviderView): KeyCheck {
  const property = provider.property(key)
  const found = property ?? null
  if (wanted.kind !== 'integer') return { key, outcome: 'fails', wanted, found, note: mustBeNumber }
  if (property === undefined) {
    return provider.hasProperties
      ? { key, outcome: 'fails', wanted, found, note: notThere }
      : { key, outcome: 'unknown', wanted, found, note: notShown }
  }
  const isEqual = isEqualTo(key, wanted, property)
  const outcome = isEqual === null ? 'unknown' : isEqual ? 'holds' : 'fails'
  return { key, outcome, wanted, found, note: null }
}

function checkProducts(
  products: readonly PropertyValue[],
  mask: number | null,
  provider: ProviderView,
): KeyCheck {
  const property = provider.property(productKey)
  const [found, wanted]: [PropertyValue | null, PropertyValue] = [
    property ?? null,
    { kind: 'array', items: products },
  ]
  const check = (outcome: KeyCheck['outcome'], note: string): KeyCheck => ({
    key: arrayKey,
    outcome,
    wanted,
    found,
    note,
  })
  if (property === undefined) {
    return provider.hasProperties ? check('fails', notThere) : check('unknown', notShown)
  }
  const isListed = products.some(
    product => product.kind === 'integer' && isEqualTo(productKey, product, property) === true,
  )
  if (isListed) return check('holds', 'idProduct is in the list.')
  if (isHitUnderMask(products, mask, provider)) return check('holds', underMask)
  return check('fails', 'idProduct is not in the list.')
}

function isHitUnderMask(
  products: readonly PropertyValue[],
  mask: number | null,
  provider: ProviderView,
): boolean {
  const device = low32(provider.property(productKey))
  if (mask === null || device === null) return false
  return products.some(item => {
    const product = low32(item)
    return product !== null && ((product ^ device) & mask) === 0
  })
}
