/** What a secret tells of; a user chooses by it. */
export const secretCategories = {
  serials: 'Serial numbers',
  uuids: 'UUIDs of the machine, its disks and its boots',
  hardware: 'Hardware addresses: Ethernet, Wi-Fi, Bluetooth, FireWire',
  network: 'Names of networks, hosts and their IP addresses',
  people: 'Names of users and of their disks',
} as const
export type SecretCategory = keyof typeof secretCategories
export const secretCategoryNames = Object.keys(secretCategories) as SecretCategory[]

/**
 * What a key says of its value. Keys as they stand in dumps of 10.2 to 11 and in device trees; `iSerialNumber` of a
 * USB device is the index of a string descriptor, and `AAPL,address` a place in memory: neither tells of a machine.
 */
const keyRules: readonly (readonly [SecretCategory, RegExp])[] = [
  [
    'serials',
    /^(?:IOPlatformSerialNumber|SystemSerialNumber|serial-number|[\w -]*-serial-number|[\w ]*serial ?number(?:string)?|serial|device serial|kUSBSerialNumberString|DisplaySerialNumber|mlb|boot-mlb|MLB)$/i,
  ],
  ['uuids', /^(?:[\w -]*uuid|[\w -]*uniqueidentifier|unique-?chip-?id|ecid|die-id|udid)$/i],
  [
    'hardware',
    /^(?:(?:local-|host-|device-|ethernet-|wifi-|bluetooth-)?mac-?address(?:-[\w-]+)?|IOMACAddress|IO80211BSSID|BSSID|BTAddress|BD_ADDR|Bluetooth(?:Device)?Address(?:Data)?|local-guid|guid|wwn|World Wide (?:Node|Port) Name)$/i,
  ],
  [
    'network',
    /^(?:IO80211SSID|(?:AP)?(?:Current)?SSID(?:_STR)?|hostname|host-?name|ComputerName|LocalHostName|IP[\w ]*Address|ssid)$/i,
  ],
  [
    'people',
    /^(?:kCGSSessionUserNameKey|kCGSessionLongUserNameKey|ConsoleUser|user-?name|FullName|IOConsoleUserName)$/i,
  ],
]

/** Not serial numbers, whatever they are called. */
const harmlessKeys = /^(?:iSerialNumber|serial (?:ATA|state|parity|baud.*|data.*|flow.*|stop.*))$/i

/** The category that a key puts its value into, or null. */
export function categoryOfKey(key: string): SecretCategory | null {
  if (key.length > 200 || harmlessKeys.test(key)) return null
  return keyRules.find(([, pattern]) => pattern.test(key))?.[0] ?? null
}

/**
 * UUIDs that name a type and not a thing stand under these keys: a partition's type, the type of a plug-in interface,
 * a build of a kext. They are the same on every machine, and are left as they are.
 */
export const publicUuidKeys =
  /^(?:Content|Content Hint|IOCFPlugInTypes|OSBundleUUID|kOSBundleUUID)$/

/**
 * Texts that are a secret by their look, wherever they stand. Each is of bounded length and begins in one way only, so
 * that a text takes time in proportion to its length, whatever it holds.
 */
export const shapes: readonly (readonly [SecretCategory, RegExp])[] = [
  ['uuids', /\b[\dA-Fa-f]{8}-[\dA-Fa-f]{4}-[\dA-Fa-f]{4}-[\dA-Fa-f]{4}-[\dA-Fa-f]{12}\b/g],
  ['hardware', /\b[\dA-Fa-f]{2}(?:[:-][\dA-Fa-f]{2}){5}\b/g],
  // Private and link-local ranges only, and of those not 10.x: four numbers with dots between them are mostly a version.
  ['network', /\b(?:192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}\b/g],
]

/** `/Users/NAME`: who works there. In bytes, a unit each, so a blank of Unicode is a part of a letter. */
export const homeFolder = /\/(?:Users|home)\/([^/"<>: \t\n\r\f\v]{1,256})/g

/** Values that tell nothing although their key would. */
export function isTelling(text: string): boolean {
  const plain = text.trim()
  if (plain.length < 5 || plain.length > 512) return false
  if (/^(.)\1*$/.test(plain.replace(/[-:. ]/g, ''))) return false
  return !harmlessTexts.test(plain)
}

/** Words of the formats themselves: replaced, they would not read any more. */
export const wordsOfFormats: ReadonlySet<string> = new Set([
  ...['plist', 'string', 'integer', 'array', 'false', 'class', 'registered', 'matched', 'active'],
  ...['inactive', 'terminated', 'retain', 'IORegistryEntryChildren', 'IORegistryEntryName'],
  ...['IORegistryEntryLocation', 'IORegistryEntryID', 'IOObjectClass', 'IOObjectInheritance'],
  ...['IOObjectRetainCount', 'IOServiceState', 'IOServiceBusyState', 'IOServiceBusyTime'],
])

const harmlessTexts =
  /^(?:not (?:available|specified|set|defined)|n\/?a|none|null|unknown|unspecified|default|system|to be filled by o\.?e\.?m\.?|0x0+|0+|root|admin(?:istrator)?|shared|apple|user|system|data|test|customer|container|hardware|basic data partition|recovery hd|(?:apple )?disk image|macos base system|iscpreboot|ibootsystemcontainer|baseband data|@\d+:\d+|guest|localhost|macintosh hd(?: - data)?|untitled(?: \d+)?|preboot|recovery|update|efi(?: system partition)?|macos|imac|macbook|mac)$/i
