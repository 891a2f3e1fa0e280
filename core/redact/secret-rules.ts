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
    /^(?:[\w -]*serial[ _-]?(?:number|num|no|string|num(?:ber)?string)|(?:SPI |device )?serial|ModuleSerial|mlb|boot-mlb|IDSN|UniqueID|[\w-]*unique-?(?:chip-?|device-?)id|ecid|die-id|ChipOTP|SavageUID|[\w-]*nonce|(?:device-)?(?:imei|imeisv|meid|iccid|imsi))$/i,
  ],
  ['uuids', /^(?:[\w .-]*uuid|[\w -]*uniqueidentifier|system-id|udid)$/i],
  [
    'hardware',
    /^(?:(?:local-|host-|device-|ethernet-|wifi-|bluetooth-)?mac-?address(?:-[\w-]+)?|(?:ActiveController|Device|Hardware|SAS |Burned-?In)Address\d?|SAS Address|IOMACAddress|IOFWHWAddr|IOMulticastAddressList|IO80211BSSID|BSSID|BTAddress|BD_ADDR|Bluetooth(?:Device)?Address(?:Data)?|local-guid|guid|Tunnel Endpoint GUID|Identifier|wwn|World Wide (?:Node|Port) Name|Clock(?:Identity|Identifier)|SystemDomainIdentifier|\w*ClockID)$/i,
  ],
  [
    'network',
    /^(?:(?:IO80211|APDesired|APOwn|(?:AP)?(?:Current)?)SSID(?:_STR)?|hostname|host-?name|ComputerName|LocalHostName|BluetoothLocalName|IP[\w ]*Address)$/i,
  ],
  [
    'people',
    /^(?:kCGSSessionUserNameKey|kCGSessionLongUserNameKey|ConsoleUser|user-?name|FullName|IOConsoleUserName|BTName|BTTTYName|PortDeviceName|DeviceName|com\.apple\.corestorage\.lvg\.name|boot-last-label)$/i,
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
 * A number that a line of a log calls a serial number. Bounded, and begins in one way only, so that a text takes time in
 * proportion to its length. Other looks are those of `shape-scan.ts`.
 */
export const serialInText =
  /serial(?:[ _-]?(?:number|num|no\.?|#))?["']?\s{0,2}(?:[:=]|is\b)\s{0,2}["']?([A-Za-z\d][A-Za-z\d-]{7,39})\b/gi

/** Shorter texts are parts of others everywhere: a name of them is replaced where it is the whole value, or in a path. */
export const shortestFree = 5
const shortestName = 3

/** Values that tell nothing although their key would. */
export function isTelling(text: string, category: SecretCategory): boolean {
  const plain = text.trim()
  const isName = category === 'people' || category === 'network'
  if (plain.length < (isName ? shortestName : shortestFree) || plain.length > 512) return false
  if (/^(.)\1*$/.test(plain.replace(/[-:. ]/g, ''))) return false
  return !isHarmless(plain)
}

/** Names that machines have from the factory, and words that stand for nothing. */
export function isHarmless(text: string): boolean {
  return harmlessTexts.test(text)
}

/** Words of the formats themselves: replaced, they would not read any more. */
export const wordsOfFormats: ReadonlySet<string> = new Set([
  ...['plist', 'string', 'integer', 'array', 'false', 'class', 'registered', 'matched', 'active'],
  ...['inactive', 'terminated', 'retain', 'IORegistryEntryChildren', 'IORegistryEntryName'],
  ...['IORegistryEntryLocation', 'IORegistryEntryID', 'IOObjectClass', 'IOObjectInheritance'],
  ...['IOObjectRetainCount', 'IOServiceState', 'IOServiceBusyState', 'IOServiceBusyTime'],
])

const harmlessTexts =
  /^(?:not (?:available|specified|set|defined)|n\/?a|none|null|unknown|unspecified|default|system|to be filled by o\.?e\.?m\.?|0x0+|0+|x+|root|admin(?:istrator)?|shared|apple|user|system|data|test|customer|container|hardware|basic data partition|recovery hd|(?:apple )?disk image|macos base system|iscpreboot|ibootsystemcontainer|baseband data|@\d+:\d+|guest|localhost|\.local|macintosh(?: hd(?: - data)?)?|bq\w{4,8}|asmb\d+|bluetooth-(?:modem|pda-sync|incoming-port)|(?:incoming|outgoing) port - bluetooth-(?:modem|pda-sync|incoming-port)|-+|untitled(?: \d+)?|preboot|recovery|update|xart|efi(?: system partition)?|macos|imac|macbook|mac)$/i
