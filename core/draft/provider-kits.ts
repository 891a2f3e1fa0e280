/**
 * Public provider classes: what a driver includes to talk to one, and the kext that it links against then. Of
 * families without a public header a driver sees an IOService. The headers are those of Kernel.framework.
 */
export interface ProviderKit {
  readonly className: string
  /** `IOKit/pci/IOPCIDevice.h` */
  readonly header: string
  /** The kext that has the class; null: the kernel itself, by `com.apple.kpi.iokit`. */
  readonly library: string | null
}

const kernel = null
const pci = 'com.apple.iokit.IOPCIFamily'
const acpi = 'com.apple.iokit.IOACPIFamily'
const usbHost = 'com.apple.iokit.IOUSBHostFamily'
const usb = 'com.apple.iokit.IOUSBFamily'
const storage = 'com.apple.iokit.IOStorageFamily'
const hid = 'com.apple.iokit.IOHIDFamily'
const scsi = 'com.apple.iokit.IOSCSIArchitectureModelFamily'
const network = 'com.apple.iokit.IONetworkingFamily'
const serial = 'com.apple.iokit.IOSerialFamily'
const fireWire = 'com.apple.iokit.IOFireWireFamily'
const ata = 'com.apple.iokit.IOATAFamily'
const graphics = 'com.apple.iokit.IOGraphicsFamily'

const kits: readonly ProviderKit[] = [
  { className: 'IOPlatformExpertDevice', header: 'IOKit/IOPlatformExpert.h', library: kernel },
  { className: 'IOPlatformDevice', header: 'IOKit/IOPlatformExpert.h', library: kernel },
  { className: 'IOPlatformExpert', header: 'IOKit/IOPlatformExpert.h', library: kernel },
  { className: 'IOPCIDevice', header: 'IOKit/pci/IOPCIDevice.h', library: pci },
  { className: 'IOPCIBridge', header: 'IOKit/pci/IOPCIBridge.h', library: pci },
  { className: 'IOACPIPlatformDevice', header: 'IOKit/acpi/IOACPIPlatformDevice.h', library: acpi },
  { className: 'IOUSBHostDevice', header: 'IOKit/usb/IOUSBHostDevice.h', library: usbHost },
  { className: 'IOUSBHostInterface', header: 'IOKit/usb/IOUSBHostInterface.h', library: usbHost },
  { className: 'IOUSBDevice', header: 'IOKit/usb/IOUSBDevice.h', library: usb },
  { className: 'IOUSBInterface', header: 'IOKit/usb/IOUSBInterface.h', library: usb },
  { className: 'IOMedia', header: 'IOKit/storage/IOMedia.h', library: storage },
  {
    className: 'IOBlockStorageDevice',
    header: 'IOKit/storage/IOBlockStorageDevice.h',
    library: storage,
  },
  {
    className: 'IOBlockStorageDriver',
    header: 'IOKit/storage/IOBlockStorageDriver.h',
    library: storage,
  },
  { className: 'IOStorage', header: 'IOKit/storage/IOStorage.h', library: storage },
  { className: 'IOHIDDevice', header: 'IOKit/hid/IOHIDDevice.h', library: hid },
  { className: 'IOHIDInterface', header: 'IOKit/hid/IOHIDInterface.h', library: hid },
  { className: 'IOHIDEventService', header: 'IOKit/hidevent/IOHIDEventService.h', library: hid },
  {
    className: 'IOSCSIPeripheralDeviceNub',
    header: 'IOKit/scsi/IOSCSIPeripheralDeviceNub.h',
    library: scsi,
  },
  {
    className: 'IOEthernetInterface',
    header: 'IOKit/network/IOEthernetInterface.h',
    library: network,
  },
  {
    className: 'IONetworkInterface',
    header: 'IOKit/network/IONetworkInterface.h',
    library: network,
  },
  {
    className: 'IOEthernetController',
    header: 'IOKit/network/IOEthernetController.h',
    library: network,
  },
  {
    className: 'IONetworkController',
    header: 'IOKit/network/IONetworkController.h',
    library: network,
  },
  { className: 'IOSerialBSDClient', header: 'IOKit/serial/IOSerialBSDClient.h', library: serial },
  { className: 'IOSerialStreamSync', header: 'IOKit/serial/IOSerialStreamSync.h', library: serial },
  { className: 'IOFireWireUnit', header: 'IOKit/firewire/IOFireWireUnit.h', library: fireWire },
  { className: 'IOFireWireDevice', header: 'IOKit/firewire/IOFireWireDevice.h', library: fireWire },
  { className: 'IOATADevice', header: 'IOKit/ata/IOATADevice.h', library: ata },
  { className: 'IOFramebuffer', header: 'IOKit/graphics/IOFramebuffer.h', library: graphics },
  { className: 'IODisplay', header: 'IOKit/graphics/IODisplay.h', library: graphics },
]

const byClass: ReadonlyMap<string, ProviderKit> = new Map(kits.map(kit => [kit.className, kit]))

/** The most derived public class among these, which go from a class to its superclasses; null: none. */
export function providerKitOf(classes: readonly string[]): ProviderKit | null {
  for (const name of classes) {
    const kit = byClass.get(name)
    if (kit) return kit
  }
  return null
}
