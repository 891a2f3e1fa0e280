import { ChangeBit, type ChangeName } from './snapshot-diff.ts'

/**
 * A change that says nothing: it happens by itself between any two looks at a registry. Rules only mark
 * changes; whoever shows a diff leaves the marked ones out and says how many there were.
 */
export interface NoiseRule {
  /** Short, stable: rules are switched by it and counted under it. */
  readonly name: string
  /** Why such a change says nothing, and where that was seen. */
  readonly because: string
  /** Changes of the entry's own columns. */
  readonly fields?: readonly ChangeName[]
  /**
   * Changes inside values: the property's key, then the way into its dictionaries and arrays; `*` is any
   * one step. Whatever lies below counts too. A property that comes or goes is muted by its key alone,
   * never by a longer way.
   */
  readonly values?: readonly (readonly string[])[]
  /** Only on entries of these classes. */
  readonly onClasses?: readonly string[]
}

/** "Real dumps" are those of 10.2 to 26 that the keys were looked up in. */
export const noiseRules: readonly NoiseRule[] = [
  {
    name: 'busy-time',
    because:
      'It is summed up over the whole boot and grows with every matching on the entry or below it (facts: service-state, section 2).',
    fields: ['busyTime'],
  },
  {
    name: 'retain-count',
    because:
      'Whoever looks at an object holds it, ioreg too: it differs between two sightings of an entry in one dump (real dumps of 10.6 to 10.11).',
    fields: ['retainCount'],
  },
  {
    name: 'power-idle-timers',
    because:
      'Counters and times since the last activity, counted all the time (facts: service-state, section 9; TimeSinceDeviceIdle and TimeSinceActivityTickle in real dumps).',
    values: [
      'ActivityTickles',
      'TimeSinceLastTickle',
      'TimeSinceDeviceIdle',
      'TimeSinceActivityTickle',
      'IdleTimerElapsedTime',
    ].map(key => ['IOPowerManagement', key]),
  },
  {
    name: 'hid-idle-time',
    because:
      'The time since the last key or click: the value that differs most often between two sightings of an entry in one dump (real dumps of 10.6 to 10.14).',
    values: [['HIDIdleTime']],
  },
  {
    name: 'hid-events',
    because:
      'The time of the last event and the state of event queues (real dumps of 10.14 and later).',
    values: [
      'LastEventTime',
      'LastEventType',
      'LastReportTime',
      'EnqueueEventCount',
      'NotificationCount',
      'EventQueue',
      'head',
      'tail',
    ].map(key => ['DebugState', key]),
  },
  {
    name: 'io-statistics',
    because:
      'Counters of operations, bytes and times that drivers of storage, file systems, ports and ACPI keep (real dumps of all versions).',
    values: [
      ['Statistics', '*'],
      ['ACPI Statistics', '*'],
      ['port-statistics', '*'],
    ],
  },
  {
    name: 'network-statistics',
    because:
      'Packet and error counters as a block of bytes: IONetworkData/IONetworkStatsKey/Data and its like (real dumps).',
    values: [['IONetworkData', '*', 'Data']],
  },
  {
    name: 'graphics-statistics',
    because: 'Load, memory in use and times that graphics drivers count (real dumps).',
    values: [
      ['PerformanceStatistics', '*'],
      ['PerformanceStatisticsAccum', '*'],
      ['AppUsage', '*', 'lastSubmittedTime'],
      ['AppUsage', '*', 'accumulatedGPUTime'],
    ],
  },
  {
    name: 'kernel-allocations',
    because:
      'Memory and instance counts of every class: any user client that comes or goes changes them (facts: ioreg, section 9; logs-and-misc, section 3).',
    values: [['IOKitDiagnostics', '*']],
  },
  {
    name: 'battery',
    because: 'Measured by the battery every few seconds (real dumps of 10.12 to 26).',
    onClasses: ['AppleSmartBattery'],
    values: [
      'UpdateTime',
      'Amperage',
      'InstantAmperage',
      'Voltage',
      'AppleRawBatteryVoltage',
      'Temperature',
      'VirtualTemperature',
      'TimeRemaining',
      'AvgTimeToFull',
      'AvgTimeToEmpty',
      'CurrentCapacity',
      'AppleRawCurrentCapacity',
      'AbsoluteCapacity',
      'BatteryData',
      'PowerTelemetryData',
    ].map(key => [key]),
  },
]

export interface NoiseChoice {
  /** Names of rules that do not count. */
  readonly off?: readonly string[]
  /** Rules of the caller's own, before the others. */
  readonly more?: readonly NoiseRule[]
}

export function chosenRules(choice: NoiseChoice = {}): readonly NoiseRule[] {
  const off = new Set(choice.off ?? [])
  return [...(choice.more ?? []), ...noiseRules].filter(rule => !off.has(rule.name))
}

interface ValuePattern {
  readonly rule: number
  readonly steps: readonly string[]
}

/** Rules made ready for asking. */
export class NoiseFilter {
  private readonly rules: readonly NoiseRule[]
  private readonly byField = new Map<number, number[]>()
  private readonly byKey = new Map<string, ValuePattern[]>()

  constructor(rules: readonly NoiseRule[]) {
    this.rules = rules
    rules.forEach((rule, index) => {
      for (const field of rule.fields ?? []) push(this.byField, ChangeBit[field], index)
      for (const [key, ...steps] of rule.values ?? []) {
        if (key !== undefined) push(this.byKey, key, { rule: index, steps })
      }
    })
  }

  /** The rule that mutes a change of a column, or -1. */
  ofField(bit: number, className: string): number {
    return this.byField.get(bit)?.find(rule => this.isOn(rule, className)) ?? -1
  }

  /** Keys that any rule speaks of: values under them are no sign of an entry's identity. */
  get keys(): Iterable<string> {
    return this.byKey.keys()
  }

  /** What the rules say about values under this key on this class; undefined: nothing. */
  ofKey(key: string, className: string): readonly ValuePattern[] | undefined {
    const patterns = this.byKey.get(key)?.filter(({ rule }) => this.isOn(rule, className))
    return patterns && patterns.length > 0 ? patterns : undefined
  }

  private isOn(rule: number, className: string): boolean {
    const { onClasses } = this.rules[rule]!
    return onClasses === undefined || onClasses.includes(className)
  }
}

/** The rule that mutes a change at this way into the value, or -1. */
export function mutingRule(patterns: readonly ValuePattern[], way: readonly string[]): number {
  const fits = ({ steps }: ValuePattern) =>
    steps.length <= way.length && steps.every((step, i) => step === '*' || step === way[i])
  return patterns.find(fits)?.rule ?? -1
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
