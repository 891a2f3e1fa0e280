import { stringAt, valueAt } from '../../../core/registry/property-value.ts'
import { ServiceState } from '../../../core/registry/snapshot.ts'
import type { Boot } from '../kernel/boot.ts'
import { passiveMatch } from '../kernel/passive-match.ts'
import { defaultCategory } from '../kernel/probe-candidates.ts'
import { Entry, servicePlane } from '../kernel/registry.ts'
import {
  int32,
  numberOf,
  propertiesOf,
  stringOf,
  text,
  toProperties,
  toValue,
  type Plain,
} from '../kernel/values.ts'

export interface EntryOptions {
  readonly name?: string
  readonly location?: string
  readonly properties?: { readonly [key: string]: Plain }
  /** Drivers and nubs that called `registerService`; the default says what most of their kind do. */
  readonly registered?: boolean
}

/** A settled service that registered: 30 (facts: service-state, section 1). */
const settled =
  ServiceState.registered |
  ServiceState.matched |
  ServiceState.firstPublish |
  ServiceState.firstMatch

/**
 * Puts the machine's devices into the registry in the state they settle in. Drivers come out of the
 * catalogue: a driver that no personality brings to its provider is a mistake in the tables and throws.
 */
export class MachineBuilder {
  readonly boot: Boot
  #clientAddress = 0

  constructor(boot: Boot) {
    this.boot = boot
  }

  /** An object that its provider creates, not matching: a nub, a stream, a port. Registered unless told. */
  nub(provider: Entry, className: string, options: EntryOptions = {}): Entry {
    return this.#place(provider, this.#create(className, options), options.registered ?? true)
  }

  /** A driver that matching put there: properties are its personality's, plus what the driver set. */
  driver(provider: Entry, className: string, options: EntryOptions = {}): Entry {
    const { boot } = this
    const found = boot.catalogue
      .findDrivers(boot.classes.chain(provider.className))
      .filter(personality => stringAt(personality, 'IOClass') === className)
      .map(personality => ({ personality, match: passiveMatch(boot, provider, personality) }))
      .find(({ match }) => match.isMatch)
    if (!found?.match.isMatch) {
      throw new Error(`no personality brings ${className} to ${provider.name}`)
    }
    const category = stringAt(found.personality, 'IOMatchCategory') ?? defaultCategory
    if (provider.clients().some(c => stringOf(c.properties.get('IOMatchCategory')) === category)) {
      throw new Error(`${provider.name} has a driver of category ${category} already`)
    }
    const driver = this.#create(className, options)
    const own = new Map(driver.properties)
    driver.properties.clear()
    for (const [key, value] of propertiesOf(found.personality)) driver.properties.set(key, value)
    driver.properties.set('IOMatchCategory', text(category))
    driver.properties.set('IOProbeScore', int32(found.match.score).value)
    if (found.match.nameMatched !== null) {
      driver.properties.set('IONameMatched', text(found.match.nameMatched))
    }
    for (const [key, value] of own) driver.properties.set(key, value)
    // Candidates that lost took IDs too.
    boot.registry.skipIds(Math.floor(Math.random() * 3))
    this.#place(provider, driver, options.registered ?? true)
    this.#merge(provider, found.personality)
    return driver
  }

  /** A connection of a process to a driver. User clients hardly ever register. */
  userClient(provider: Entry, className: string, pid: number, process: string): Entry {
    return this.nub(provider, className, {
      registered: false,
      properties: {
        IOUserClientCreator: `pid ${pid}, ${process}`,
        ...(this.#clientAddress++ % 3 === 0 ? { IOUserClientDefaultLocking: true } : {}),
      },
    })
  }

  /** An entry that is no service, or a service outside IOService: nodes of the device tree. */
  node(parent: Entry, plane: string, className: string, options: EntryOptions = {}): Entry {
    const entry = this.#create(className, options)
    this.boot.registry.attach(entry, parent, plane)
    return entry
  }

  /** Shows an entry in another plane too, under a name and location of its own there. */
  alsoIn(
    plane: string,
    entry: Entry,
    parent: Entry,
    as: { readonly name?: string; readonly location?: string } = {},
  ): Entry {
    this.boot.registry.addPlane(plane)
    if (as.name !== undefined) entry.nameInPlane.set(plane, as.name)
    if (as.location !== undefined) entry.locationInPlane.set(plane, as.location)
    this.boot.registry.attach(entry, parent, plane)
    return entry
  }

  /**
   * Joins the power tree below `parent`. Every edge goes through an `IOPowerConnection`
   * (facts: ioreg, section 9); the property is that of facts: service-state, section 9.
   */
  power(
    entry: Entry,
    parent: Entry,
    state = 2,
    more: { readonly [key: string]: Plain } = {},
  ): Entry {
    const connection = this.#create('IOPowerConnection', {})
    this.boot.registry.attach(connection, parent, 'IOPower')
    this.boot.registry.attach(entry, connection, 'IOPower')
    entry.properties.set('IOPowerManagement', powerProperty(state, more))
    return entry
  }

  set(entry: Entry, properties: { readonly [key: string]: Plain }): void {
    for (const [key, value] of Object.entries(properties)) {
      entry.properties.set(key, toValue(value))
    }
  }

  /** Gives every service the busy time that its own work and that of its clients took. */
  settleBusyTimes(): void {
    const seen = new Map<Entry, bigint>()
    const visit = (entry: Entry): bigint => {
      const known = seen.get(entry)
      if (known !== undefined) return known
      seen.set(entry, 0n)
      let total = 0n
      for (const client of entry.clients()) total += visit(client)
      const part = entry.service
      if (part && (part.state & ServiceState.registered) !== 0) {
        total += BigInt(Math.floor(20_000 + Math.random() ** 3 * 60_000_000))
      }
      if (part) part.busyTimeNs = total
      seen.set(entry, total)
      return total
    }
    visit(this.boot.registry.root)
  }

  #create(className: string, options: EntryOptions): Entry {
    const { classes } = this.boot
    if (!classes.get(className)) throw new Error(`the machine has no class ${className}`)
    classes.created(className)
    const entry = new Entry(
      className,
      options.name ?? className,
      toProperties(options.properties ?? {}),
      classes.conforms(className, 'IOService'),
    )
    entry.location = options.location ?? null
    entry.extraRetains = 3 + Math.floor(Math.random() * 3)
    return entry
  }

  #place(provider: Entry, entry: Entry, isRegistered: boolean): Entry {
    this.boot.registry.attach(entry, provider, servicePlane)
    if (entry.service && isRegistered) entry.service.state = settled
    return entry
  }

  /** `IOProviderMergeProperties` adds to the provider. */
  #merge(provider: Entry, personality: Parameters<typeof valueAt>[0]): void {
    const merged = valueAt(personality, 'IOProviderMergeProperties')
    if (merged?.kind !== 'dictionary') return
    for (const [key, value] of merged.entries) provider.properties.set(key, value)
  }
}

/** The score a driver ended with, for callers that compare. */
export function scoreOf(driver: Entry): number {
  return numberOf(driver.properties.get('IOProbeScore')) ?? 0
}

function powerProperty(state: number, more: { readonly [key: string]: Plain }) {
  return toValue({
    CapabilityFlags: state >= 2 ? 32_768 : 0,
    CurrentPowerState: state,
    DevicePowerState: state,
    DriverPowerState: state,
    MaxPowerState: Math.max(2, state),
    ...more,
  })
}
