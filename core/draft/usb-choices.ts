import type { MatchKeyChoice } from './match-keys.ts'
import { integer, text, type Entry } from './plist-values.ts'
import { numberOf, type ServiceLook } from './service-look.ts'

/**
 * USB devices and interfaces. Only whole combinations of keys match at all; any other matches nothing
 * (facts: matching, section 6.3).
 */
export function usbChoices(look: ServiceLook): readonly MatchKeyChoice[] {
  const device = look.classAmong('IOUSBHostDevice', 'IOUSBDevice')
  if (device !== null) return choicesOf(look, device, false)
  const nub = look.classAmong('IOUSBHostInterface', 'IOUSBInterface')
  return nub === null ? [] : choicesOf(look, nub, true)
}

function choicesOf(look: ServiceLook, provider: string, isInterface: boolean): MatchKeyChoice[] {
  const what = isInterface ? 'interface' : 'device'
  const choices: MatchKeyChoice[] = []
  const offer = (id: string, title: string, points: number, names: readonly string[]): void => {
    const keys: Entry[] = []
    for (const name of names) {
      const value = numberOf(look.property(name))
      if (value === null) return
      keys.push([name, integer(value)])
    }
    choices.push({
      id: `usb-${id}`,
      title,
      why: `${names.join(' + ')} is a combination that the USB family knows; it gives ${points} points.`,
      keys: [['IOProviderClass', text(provider)], ...keys],
      needsOwnCategory: false,
    })
  }
  const ids = ['idVendor', 'idProduct']
  const place = isInterface ? ['bConfigurationValue', 'bInterfaceNumber'] : []
  const [cls, subclass, protocol] = isInterface
    ? (['bInterfaceClass', 'bInterfaceSubClass', 'bInterfaceProtocol'] as const)
    : (['bDeviceClass', 'bDeviceSubClass', 'bDeviceProtocol'] as const)
  const of = isInterface ? 'this interface of this USB product' : 'this USB product'
  offer('product', `${of}, by vendor and product`, 90_000, [...ids, ...place])
  const exact = [...ids, 'bcdDevice', ...place]
  offer('revision', `${of} in this revision of the device`, 100_000, exact)
  const classCode = numberOf(look.property(cls))
  if (classCode === 0xff) {
    const names = ['idVendor', subclass, protocol]
    offer('vendor-class', `every ${what} of this kind by this vendor`, 80_000, names)
  } else if (classCode !== null && classCode !== 0) {
    const names = [cls, subclass, protocol]
    offer('class', `every USB ${what} of class ${classCode}, by class and protocol`, 60_000, names)
  }
  return choices
}
