import { expect, test } from 'vitest'
import { dictionary, hex, integer, text } from '../../helpers/decoder-registry.ts'
import { edidBytes } from '../../helpers/edid-bytes.ts'
import { draw } from './draw-decoding.ts'

test('an EDID tells maker, product, timings and names, and its checksum is held against its bytes', () => {
  expect(draw('edid', 'IODisplayEDID', { kind: 'data', bytes: edidBytes() })).toEqual([
    'Display data (EDID), certain: Apple · Sextant 24',
    '  Header EDID [0, 8)',
    '  Maker APP (Apple) [8, 10)',
    '  Product code 0x9c5f [10, 12)',
    '  Serial number 1234 [12, 16)',
    '  Made week 12 of 2016 [16, 18)',
    '  Version 1.4 [18, 20)',
    '  Input 0xa5 (digital, 8 bits, DisplayPort) [20, 21)',
    '  Size 53 × 30 cm [21, 23)',
    '  Gamma 2.20 [23, 24)',
    '  Features 0x06 (sRGB, preferred timing first) [24, 25)',
    '  Colours primaries and white (red 0.640, 0.330; green 0.300, 0.600; blue 0.150, 0.060; white 0.313, 0.329) [25, 35)',
    '  Established timings 3 modes [35, 38)',
    '    Mode 640 × 480 at 60 Hz [35, 36)',
    '    Mode 800 × 600 at 60 Hz [35, 36)',
    '    Mode 1024 × 768 at 60 Hz [36, 37)',
    '  Standard timings 1 mode [38, 54)',
    '    Mode 1280 × 1024 at 60 Hz [38, 40)',
    '  Detailed timing 1920 × 1080 at 60.00 Hz [54, 72)',
    '    Pixel clock 148.50 MHz [54, 56)',
    '    Across 1920 shown, 280 blank (front porch 88, sync 44) [56, 59)',
    '    Down 1080 shown, 45 blank (front porch 4, sync 5) [59, 62)',
    '    Size 531 × 299 mm [66, 69)',
    '    Flags 0x1e [71, 72)',
    '  Name Sextant 24 [72, 90)',
    '  Serial number SX24-0042 [90, 108)',
    '  Range limits 48–75 Hz (30–83 kHz lines, 170 MHz at most) [108, 126)',
    '  Extensions 0 [126, 127)',
    '  Checksum 0xfe (right) [127, 128)',
  ])
})

test('an EDID that is cut off, changed or speaks of blocks that are not there says so', () => {
  const problems = (bytes: Uint8Array) =>
    draw('edid', 'EDID', { kind: 'data', bytes }).filter(line => line.startsWith('!'))
  expect(problems(edidBytes().slice(0, 60))).toEqual(['! It is too short: 60 bytes of 128.'])
  const changed = edidBytes()
  changed[20] = 0
  expect(problems(changed)).toEqual([
    '! The base block has the checksum 0xfe; its bytes ask for 0xa3.',
  ])
  const extended = edidBytes()
  extended[126] = 1
  extended[127] = (extended[127]! - 1) & 0xff
  expect(problems(extended)).toEqual(['! It speaks of 1 extension; none is here.'])
  expect(problems(new Uint8Array(128))[0]).toBe(
    '! It does not begin with the eight bytes 00 ff ff ff ff ff ff 00.',
  )
})

test('USB descriptors are told apart by their lengths and kinds', () => {
  const device = hex('12 01 00 02 00 00 00 08 ac 05 21 02 10 02 01 02 00 01')
  expect(draw('usb-descriptors', 'Device Descriptor', device)).toEqual([
    'USB descriptors, certain: device',
    '  Device 18 bytes (told by each interface) [0, 18)',
    '    bLength 18 [0, 1)',
    '    bDescriptorType 0x01 (Device) [1, 2)',
    '    bcdUSB 0x0200 (2.00) [2, 4)',
    '    bDeviceClass 0x00 (told by each interface) [4, 5)',
    '    bDeviceSubClass 0x00 (0) [5, 6)',
    '    bDeviceProtocol 0x00 (0) [6, 7)',
    '    bMaxPacketSize0 0x08 (8) [7, 8)',
    '    idVendor 0x05ac (Apple) [8, 10)',
    '    idProduct 0x0221 (545) [10, 12)',
    '    bcdDevice 0x0210 (2.10) [12, 14)',
    '    iManufacturer 0x01 (a string of the device) [14, 15)',
    '    iProduct 0x02 (a string of the device) [15, 16)',
    '    iSerialNumber 0x00 (none) [16, 17)',
    '    bNumConfigurations 0x01 (1) [17, 18)',
  ])
  const configuration = hex(
    '09 02 19 00 01 01 00 a0 32 09 04 00 00 01 03 01 01 00 07 05 81 03 08 00 0a',
  )
  const lines = draw('usb-descriptors', 'any key', configuration)
  expect(lines.filter(line => /^\S|^ {2}\S|bMaxPower|bEndpoint|wMax/.test(line))).toEqual([
    'USB descriptors, likely: configuration, interface, endpoint',
    '  Configuration 9 bytes [0, 9)',
    '    bMaxPower 0x32 (100 mA) [8, 9)',
    '  Interface 9 bytes (Human interface (HID)) [9, 18)',
    '  Endpoint 7 bytes [18, 25)',
    '    bEndpointAddress 0x81 (endpoint 1, in) [20, 21)',
    '    wMaxPacketSize 0x0008 (8 bytes) [22, 24)',
  ])
})

test('USB descriptors whose lengths lead nowhere end there, and say where', () => {
  const cut = hex('09 02 19 00 01 01 00 a0 32 09 04')
  expect(draw('usb-descriptors', 'Configuration Descriptor', cut).slice(-2)).toEqual([
    '  Cut off 2 bytes [9, 11)',
    '! At 0x9 a descriptor says that it is 9 bytes long; 2 bytes are left.',
  ])
  expect(draw('usb-descriptors', 'Configuration Descriptor', hex('00 02'))).toEqual([
    'USB descriptors, likely',
    '! At 0x0 a descriptor says that it is 0 bytes long; two are the least.',
  ])
})

test.each([
  ['idVendor', 0x05ac, ['USB vendor, certain: 0x05ac · Apple', '  USB vendor 0x05ac (Apple)']],
  [
    'bcdDevice',
    0x0210,
    ['Release of the device, certain: 0x0210 · 2.10', '  Release of the device 0x0210 (2.10)'],
  ],
  [
    'bDeviceSubClass',
    256,
    [
      'USB device subclass, certain: 0x100',
      '  USB device subclass 0x100 (256)',
      '! A descriptor has 8 bits for it; this number needs more.',
    ],
  ],
])('%s = %i as the USB families publish it', (key, number, wanted) => {
  expect(draw('usb-number', key, integer(number))).toEqual(wanted)
})

test('a USB location is a bus and the ports on the way', () => {
  expect(draw('usb-location', 'locationID', integer(0x14120000))).toEqual([
    'USB location, likely: 0x14120000',
    '  Bus 0x14',
    '  Ports 1 → 2 (in hexadecimal, from the root hub down)',
  ])
})

test('a hardware address tells who gave it, and a length that none has', () => {
  expect(draw('mac-address', 'IOMACAddress', hex('52 54 00 12 34 56'))).toEqual([
    'Hardware address, certain: 52:54:00:12:34:56 · QEMU / KVM',
    '  Address 52:54:00:12:34:56 [0, 6)',
    '  Maker’s prefix 52:54:00 (QEMU / KVM) [0, 3)',
    '  Given by the administrator (bit 1 of the first byte is set) [0, 1)',
    '  For one interface (bit 0 of the first byte is clear) [0, 1)',
  ])
  expect(draw('mac-address', 'IOMACAddress', hex('52 54 00')).at(-1)).toBe(
    '! It has 3 bytes; a hardware address has 6, on FireWire 8.',
  )
})

test('power management says which state of how many, and what the device can do in it', () => {
  const value = dictionary({
    CapabilityFlags: integer(0x1c002),
    CurrentPowerState: integer(3),
    MaxPowerState: integer(2),
    IdleTimerPeriod: integer(30_000),
  })
  expect(draw('power', 'IOPowerManagement', value)).toEqual([
    'Power management, certain: state 3 of 2 · power on, maximum performance',
    '  CapabilityFlags 0x1c002 (power on, maximum performance, device usable, low power)',
    '  CurrentPowerState 3 of 2 (what the device is in)',
    '  MaxPowerState 2 (the highest it has)',
    '  IdleTimerPeriod 30,000 ms (30 s)',
    '! CurrentPowerState 3 is above MaxPowerState 2.',
  ])
})

test('the process behind a user client is told with its ID', () => {
  expect(draw('user-client-creator', 'IOUserClientCreator', text('pid 68, a, b'))).toEqual([
    'Process that opened it, certain',
    '  Process a, b',
    '  Process ID 68',
  ])
  expect(draw('user-client-creator', 'IOUserClientCreator', text('nobody')).at(-1)).toBe(
    '! It is not of the form “pid 68, name”.',
  )
})
