import type { PropertyValue } from '../registry/property-value.ts'
import { hexText } from './bytes.ts'
import {
  fieldOf,
  mostFields,
  type DecodedField,
  type DecodedProperty,
  type Decoding,
} from './decoding.ts'

/** Bits of a power state's capability, as `IOPM.h` has them. */
const capabilities: readonly (readonly [bit: number, name: string])[] = [
  [0x1, 'not attainable'],
  [0x2, 'power on'],
  [0x4, 'sleep'],
  [0x10, 'prevents system sleep'],
  [0x20, 'auxiliary power on'],
  [0x40, 'prevents idle sleep'],
  [0x80, 'restart'],
  [0x100, 'initial device state'],
  [0x200, 'root domain'],
  [0x400, 'doze'],
  [0x1000, 'configuration retained'],
  [0x2000, 'context retained'],
  [0x4000, 'maximum performance'],
  [0x8000, 'device usable'],
  [0x1_0000, 'low power'],
]

/** What each key of `IOPowerManagement` means (facts: service-state, section 9). */
const meanings: ReadonlyMap<string, string> = new Map(
  Object.entries({
    CurrentPowerState: 'what the device is in',
    MaxPowerState: 'the highest it has',
    DevicePowerState: 'what its power children and its driver need',
    DesiredPowerState: 'what is asked for',
    DriverPowerState: 'what its driver asked for',
    ChildrenPowerState: 'what the clients in the power plane need',
    DeviceChangePowerState: 'asked for by the device’s own change',
    MachineState: 'step of the change that is under way',
    PowerOverrideOn: 'the driver goes below what its children need',
    PowerClamp: 'lowest state that is allowed now',
    ActivityTickles: 'times that it was told to be in use',
  }),
)
/** Integers of milliseconds. */
const milliseconds: ReadonlySet<string> = new Set([
  'IdleTimerPeriod',
  'TimeSinceLastTickle',
  'IdleTimerElapsedTime',
])

/** `IOPowerManagement`: in which of its power states a driver is, and why. */
export function decodePower({ key, way, value }: DecodedProperty): Decoding | null {
  if (key !== 'IOPowerManagement' || way.length > 0 || value.kind !== 'dictionary') return null
  const numberAt = (name: string) => {
    const found = value.entries.find(([own]) => own === name)?.[1]
    return found?.kind === 'integer' ? found.value : null
  }
  const current = numberAt('CurrentPowerState')
  const most = numberAt('MaxPowerState')
  const flags = numberAt('CapabilityFlags')
  const fields = value.entries
    .slice(0, mostFields)
    .map(([name, item]) => powerField(name, item, most))
  const problems: string[] = []
  if (current !== null && most !== null && current > most) {
    problems.push(`CurrentPowerState ${current} is above MaxPowerState ${most}.`)
  }
  if (current === null) problems.push('It does not say CurrentPowerState.')
  const states =
    current === null ? '' : most === null ? `state ${current}` : `state ${current} of ${most}`
  const words = flags === null ? [] : capabilityWords(flags)
  return {
    decoder: 'power',
    title: 'Power management',
    sureness: 'certain',
    because: 'By its key: the kernel writes it for services that joined the power plane.',
    summary: [states, words.slice(0, 2).join(', ')].filter(word => word !== '').join(' · '),
    fields,
    problems,
  }
}

function powerField(name: string, value: PropertyValue, most: bigint | null): DecodedField {
  if (value.kind === 'integer') {
    if (name === 'CapabilityFlags') {
      const words = capabilityWords(value.value)
      return fieldOf(name, hexText(BigInt.asUintN(64, value.value)), {
        meaning: words.join(', ') || 'none',
      })
    }
    if (milliseconds.has(name)) {
      return fieldOf(name, `${value.value.toLocaleString('en-US')} ms`, {
        meaning: secondsOf(value.value),
      })
    }
    const isState = name.endsWith('PowerState') && name !== 'MaxPowerState' && most !== null
    return fieldOf(name, isState ? `${value.value} of ${most}` : String(value.value), {
      meaning: meanings.get(name),
    })
  }
  if (value.kind === 'boolean') {
    return fieldOf(name, value.value ? 'Yes' : 'No', { meaning: meanings.get(name) })
  }
  return fieldOf(name, value.kind === 'string' ? value.text.slice(0, 200) : `a ${value.kind}`)
}

function capabilityWords(flags: bigint): readonly string[] {
  const bits = Number(BigInt.asUintN(32, flags))
  const words = capabilities.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name)
  const known = capabilities.reduce((sum, [bit]) => sum | bit, 0)
  const rest = (bits & ~known) >>> 0
  return rest === 0 ? words : [...words, `${hexText(rest)} not known`]
}

function secondsOf(value: bigint): string | null {
  if (value < 1000n || value > 1n << 53n) return null
  return `${(Number(value) / 1000).toLocaleString('en-US', { maximumFractionDigits: 1 })} s`
}
