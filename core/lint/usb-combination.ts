import type { DictionaryValue } from '../registry/property-value.ts'
import { valueAt } from '../registry/property-value.ts'
import type { AddFinding } from './match-rules.ts'
import { listed } from './show-value.ts'

/** One row of the USB table: the keys it wants, and those that must not be there. */
interface Row {
  readonly wants: readonly string[]
  readonly bars: readonly string[]
}

/** Facts: matching, section 6.3. Each row is worth another score, which does not matter here. */
const rows: Readonly<Record<'USB device' | 'USB interface', readonly Row[]>> = {
  'USB device': [
    { wants: ['idVendor', 'idProduct', 'bcdDevice'], bars: [] },
    { wants: ['idVendor', 'idProduct'], bars: [] },
    {
      wants: ['idVendor', 'bDeviceSubClass', 'bDeviceProtocol'],
      bars: ['idProduct', 'bcdDevice'],
    },
    { wants: ['idVendor', 'bDeviceSubClass'], bars: ['idProduct', 'bcdDevice', 'bDeviceProtocol'] },
    {
      wants: ['bDeviceClass', 'bDeviceSubClass', 'bDeviceProtocol'],
      bars: ['idVendor', 'idProduct', 'bcdDevice'],
    },
    {
      wants: ['bDeviceClass', 'bDeviceSubClass'],
      bars: ['bDeviceProtocol', 'idVendor', 'idProduct', 'bcdDevice'],
    },
  ],
  'USB interface': [
    {
      wants: ['idVendor', 'idProduct', 'bcdDevice', 'bConfigurationValue', 'bInterfaceNumber'],
      bars: [],
    },
    { wants: ['idVendor', 'idProduct', 'bConfigurationValue', 'bInterfaceNumber'], bars: [] },
    {
      wants: ['idVendor', 'bInterfaceSubClass', 'bInterfaceProtocol'],
      bars: ['idProduct', 'bcdDevice', 'bInterfaceNumber', 'bConfigurationValue'],
    },
    {
      wants: ['idVendor', 'bInterfaceSubClass'],
      bars: [
        'bInterfaceProtocol',
        'idProduct',
        'bcdDevice',
        'bInterfaceNumber',
        'bConfigurationValue',
      ],
    },
    {
      wants: ['bInterfaceClass', 'bInterfaceSubClass', 'bInterfaceProtocol'],
      bars: ['idVendor', 'idProduct', 'bcdDevice', 'bInterfaceNumber', 'bConfigurationValue'],
    },
    {
      wants: ['bInterfaceClass', 'bInterfaceSubClass'],
      bars: [
        'bInterfaceProtocol',
        'idVendor',
        'idProduct',
        'bcdDevice',
        'bInterfaceNumber',
        'bConfigurationValue',
      ],
    },
  ],
}

/**
 * USB services match a personality only where its keys form one of the rows of their table. Whether a device is of a
 * vendor's own class (0xFF) decides between rows and is not known here, so all rows count.
 */
export function usbFindings(
  table: DictionaryValue,
  family: 'USB device' | 'USB interface',
  add: AddFinding,
): void {
  const own = new Set(rows[family].flatMap(({ wants, bars }) => [...wants, ...bars]))
  const present = new Set([...own].filter(key => valueAt(table, key) !== undefined))
  // A list of products stands in the place of the product. A mask does not: it needs one of the two.
  if (valueAt(table, 'idProductArray') !== undefined) present.add('idProduct')
  const holds = ({ wants, bars }: Row): boolean =>
    wants.every(key => present.has(key)) && !bars.some(key => present.has(key))
  if (rows[family].some(holds)) return
  const keys = [...own].filter(key => present.has(key))
  const has = keys.length === 0 ? 'none of the USB keys' : `only ${listed(keys)} of the USB keys`
  add(
    'warning',
    'usb-combination',
    keys[0] ?? 'IOProviderClass',
    `has ${has}, which is none of the combinations that the USB table has: it never matches a ${family}.`,
    adviceFor(family, present),
  )
}

function adviceFor(family: 'USB device' | 'USB interface', present: ReadonlySet<string>): string {
  if (family === 'USB device')
    return present.has('idVendor')
      ? 'Add idProduct; or bDeviceSubClass, for devices of a vendor’s own class.'
      : 'Use idVendor and idProduct; or bDeviceClass and bDeviceSubClass.'
  return present.has('idVendor') && present.has('idProduct')
    ? 'Add bConfigurationValue and bInterfaceNumber; or match the device, IOUSBHostDevice, in place of its interface.'
    : 'Use idVendor, idProduct, bConfigurationValue and bInterfaceNumber; or bInterfaceClass and bInterfaceSubClass.'
}
