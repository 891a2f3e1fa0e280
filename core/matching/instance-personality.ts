import { propertyOf } from '../registry/lookup.ts'
import type { DictionaryValue, PropertyValue } from '../registry/property-value.ts'
import { stringAt as textAt } from '../registry/property-value.ts'
import { readValue } from '../registry/read-value.ts'
import type { EntryIndex, Snapshot } from '../registry/snapshot.ts'
import { stringAt } from '../registry/strings.ts'

/** What a running driver tells of the personality that made it. */
export interface InstancePersonality {
  readonly properties: DictionaryValue
  /**
   * `whole`: DriverKit keeps the personality as it was, in `IOMatchedPersonality`. `gathered`: a driver's
   * properties begin as a copy of its personality, and what it has added since cannot be told from it
   * (facts: service-state, section 5; matching, section 8).
   */
  readonly from: 'whole' | 'gathered'
  /** `IOProbeScore` of the driver: with the points of the family. Null where the dump shows none. */
  readonly adjustedScore: number | null
}

/** What says whose personality it is and what it starts. */
const namingKeys = [
  'CFBundleIdentifier',
  'CFBundleIdentifierKernel',
  'IOPersonalityPublisher',
  'KernelConfigTable',
  'IOClass',
  'IOProviderClass',
  'IOMatchCategory',
  'IOMatchDefer',
  'IOResourceMatch',
  'IOUserClass',
  'IOUserServerName',
  'IOUserClientClass',
]

/** The base keys of passive matching (facts: matching, section 4). */
const baseKeys = [
  'IOServiceNotificationUser',
  'IOExclaveProxy',
  'IOCompatibilityMatch',
  'IONameMatch',
  'IOLocationMatch',
  'IOPropertyMatch',
  'IOPropertyExistsMatch',
  'IOPathMatch',
  'IOParentMatch',
]

/**
 * What families look at (facts: matching, section 6). Keys that services have of themselves and drivers pass
 * on to their own nubs (`Size`, `Transport`, `VendorID`) are among them: a driver of HID may show the
 * device's there.
 */
const familyKeys = [
  ...['IOPCIMatch', 'IOPCIPrimaryMatch', 'IOPCISecondaryMatch', 'IOPCIClassMatch'],
  'IOPCITunnelCompatible',
  ...['idVendor', 'idProduct', 'bcdDevice', 'idProductArray', 'idProductMask'],
  ...['bDeviceClass', 'bDeviceSubClass', 'bDeviceProtocol'],
  ...['bInterfaceNumber', 'bConfigurationValue'],
  ...['bInterfaceClass', 'bInterfaceSubClass', 'bInterfaceProtocol'],
  ...['DeviceUsagePairs', 'DeviceUsagePage', 'DeviceUsage', 'PrimaryUsagePage', 'PrimaryUsage'],
  ...['Transport', 'LocationID', 'VendorID', 'ProductID', 'ProductIDArray', 'ProductIDMask'],
  ...['ModelNumber', 'VersionNumber', 'Manufacturer', 'SerialNumber', 'PhysicalDeviceUniqueID'],
  ...['BootProtocol', 'HIDDefaultBehavior'],
  ...['Content', 'Content Hint', 'Ejectable', 'Leaf', 'Open', 'Preferred Block Size', 'Removable'],
  ...['Size', 'UUID', 'Whole', 'Writable'],
  ...['Peripheral Device Type', 'Vendor Identification', 'Product Identification'],
  'Product Revision Level',
  ...['IOTTYDevice', 'IOTTYBaseName', 'IOTTYSuffix', 'IOCalloutDevice', 'IODialinDevice'],
  'IOSerialBSDClientType',
  ...['Unit_Spec_ID', 'Unit_SW_Version', 'Vendor_ID', 'GUID', 'ata device type'],
]

const keptKeys: ReadonlySet<string> = new Set([...namingKeys, ...baseKeys, ...familyKeys])

/**
 * The personality that a driver was made with, as far as its own properties tell: those that matching looks
 * at, for it inherits all of them and nobody can tell which it has added. `IOProbeScore` is left out, being the
 * adjusted one; so are `IONameMatched` and a category that is the default one, which matching has put there.
 *
 * @returns null for an entry that is not a driver instance: nubs do not have these keys
 */
export function instancePersonality(
  snapshot: Snapshot,
  entry: EntryIndex,
): InstancePersonality | null {
  if (propertyOf(snapshot, entry, 'IOProviderClass') < 0) return null
  const matched = valueOf(snapshot, entry, 'IOMatchedPersonality')
  const adjustedScore = scoreOf(valueOf(snapshot, entry, 'IOProbeScore'))
  if (matched?.kind === 'dictionary') return { properties: matched, from: 'whole', adjustedScore }
  // Matching leaves both in every driver (facts: service-state, section 5); who has neither was made by another
  // driver with properties of its own, such as the channels of a DMA controller.
  const isMatched = adjustedScore !== null || propertyOf(snapshot, entry, 'IOMatchCategory') >= 0
  if (!isMatched) return null
  const properties = gathered(snapshot, entry)
  const isDriver =
    textAt(properties, 'IOProviderClass') !== undefined &&
    textAt(properties, 'IOClass') !== undefined
  return isDriver ? { properties, from: 'gathered', adjustedScore } : null
}

function gathered(snapshot: Snapshot, entry: EntryIndex): DictionaryValue {
  const entries = new Map<string, PropertyValue>()
  const { firstProperty } = snapshot.entries
  for (let p = firstProperty[entry]!; p < firstProperty[entry + 1]!; p++) {
    const key = stringAt(snapshot.strings, snapshot.properties.key[p]!)
    if (!keptKeys.has(key) || entries.has(key)) continue
    const value = readValue(snapshot, p)
    const isAdded = key === 'IOMatchCategory' && isDefaultCategory(value)
    // What was cut stays, unreadable: without it the personality would match more than it does.
    if (!isAdded && value.kind !== 'missing') entries.set(key, value)
  }
  return { kind: 'dictionary', entries: [...entries] }
}

function isDefaultCategory(value: PropertyValue): boolean {
  return value.kind === 'string' && value.text === 'IODefaultMatchCategory'
}

function valueOf(snapshot: Snapshot, entry: EntryIndex, key: string): PropertyValue | undefined {
  const property = propertyOf(snapshot, entry, key)
  return property < 0 ? undefined : readValue(snapshot, property)
}

/** Signed, of 32 bits; text dumps print a negative one without its sign. */
function scoreOf(value: PropertyValue | undefined): number | null {
  return value?.kind === 'integer' ? Number(BigInt.asIntN(32, value.value)) : null
}
