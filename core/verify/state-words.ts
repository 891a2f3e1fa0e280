import { EntryFlag, ServiceState } from '../registry/snapshot.ts'

/** The state of an entry in words and in one character. */
export interface StateDescription {
  /** As ioreg prints them; empty for an entry that is not a service. */
  readonly words: readonly string[]
  /** ● registered, ◐ registered and not matched yet, ○ not registered, ✕ terminated; empty without state. */
  readonly mark: string
}

/** One word of a state and what it means for the entry that has it. */
export interface StateMeaning {
  readonly word: string
  readonly meaning: string
  /** The same without how usual it is, where `meaning` says that in numbers. */
  readonly plain?: string
  /** Whether this is what such an entry usually shows, on a system at rest. */
  readonly isNormalHere: boolean
}

/** What has to be known of an entry to say whether its state is usual. */
export interface StateContext {
  /** `EntryFlag` bits. */
  readonly flags: number
  /** `ServiceState` bits. */
  readonly state: number
  readonly busyCount: number | null
  readonly className: string | null
  /** Superclass first, as `ioreg -i` prints it (`…:IOService:IOUserClient`); null where not known. */
  readonly classChain: string | null
  /** It has a property `IOMatchCategory`, which only drivers that were matched have. */
  readonly hasMatchCategory: boolean
}

/** Classes that were seen never to register (facts: service-state, section 4). */
const neverRegistering: ReadonlySet<string> = new Set([
  'IOGUIDPartitionScheme',
  'AppleUSBHostCompositeDevice',
  'IOHDACodecDriver',
  'AppleHPET',
])

/**
 * The state in ioreg's words.
 *
 * @param entry `EntryFlag` and `ServiceState` bits of the entry
 */
export function describeState(entry: {
  readonly flags: number
  readonly state: number
}): StateDescription {
  if ((entry.flags & EntryFlag.isService) === 0) return { words: [], mark: '' }
  const isRegistered = (entry.state & ServiceState.registered) !== 0
  const isMatched = (entry.state & ServiceState.matched) !== 0
  const isInactive = (entry.state & ServiceState.inactive) !== 0
  return {
    words: [
      isRegistered ? 'registered' : '!registered',
      isMatched ? 'matched' : '!matched',
      isInactive ? 'inactive' : 'active',
    ],
    mark: isInactive
      ? '✕'
      : isRegistered && isMatched
        ? '●'
        : isRegistered || isMatched
          ? '◐'
          : '○',
  }
}

/** Explains every word of an entry's state (facts: service-state, sections 1 and 4). */
export function explainState(entry: StateContext): readonly StateMeaning[] {
  if ((entry.flags & EntryFlag.isService) === 0) return []
  const isRegistered = (entry.state & ServiceState.registered) !== 0
  const isMatched = (entry.state & ServiceState.matched) !== 0
  const isInactive = (entry.state & ServiceState.inactive) !== 0
  const meanings: StateMeaning[] = []

  if (isInactive) {
    meanings.push(
      {
        word: 'inactive',
        meaning:
          'It was terminated, which also clears registered and matched. It stays in the registry until its last client has closed it and let go.',
        isNormalHere: false,
      },
      ...(isRegistered ? [] : [afterTermination('!registered')]),
      ...(isMatched ? [] : [afterTermination('!matched')]),
    )
  } else {
    meanings.push(registeredMeaning(entry, isRegistered), matchedMeaning(isRegistered, isMatched), {
      word: 'active',
      meaning: 'It was not terminated.',
      isNormalHere: true,
    })
  }
  if ((entry.flags & EntryFlag.stateBitsUnordered) !== 0 && isRegistered !== isMatched)
    meanings.push({
      word: 'registered or matched',
      meaning:
        'Mac OS X 10.3 and 10.4 print these two words swapped; which of the two holds is open.',
      isNormalHere: false,
    })
  if (entry.busyCount !== null)
    meanings.push({
      word: `busy ${entry.busyCount}`,
      meaning:
        entry.busyCount === 0
          ? 'No matching and no termination is under way on it or on its clients.'
          : 'Matching jobs and terminations that are under way on it, and its clients that are busy.',
      isNormalHere: entry.busyCount === 0,
    })
  return meanings
}

/** Whether an entry is a user client: by its class chain, or by its class’s name where that is all. */
export function isUserClient(entry: {
  readonly className: string | null
  readonly classChain: string | null
}): boolean {
  if (entry.classChain !== null) return entry.classChain.split(':').includes('IOUserClient')
  return entry.className?.endsWith('UserClient') === true
}

function afterTermination(word: string): StateMeaning {
  return { word, meaning: 'Cleared by the termination.', isNormalHere: true }
}

function registeredMeaning(entry: StateContext, isRegistered: boolean): StateMeaning {
  if (isRegistered)
    return {
      word: 'registered',
      meaning:
        'registerService() took effect: drivers are matched on it, and it can be found by its class.',
      isNormalHere: true,
    }
  const meaning =
    'registerService() was not called, or has not taken effect yet: no driver is matched on it, and applications cannot find it by matching.'
  if (isUserClient(entry))
    return {
      word: '!registered',
      plain: meaning,
      meaning: `${meaning} User clients do not register: 99 of 100 on real systems show this.`,
      isNormalHere: true,
    }
  if (neverRegistering.has(entry.className ?? ''))
    return { word: '!registered', meaning: `${meaning} This class never does.`, isNormalHere: true }
  if (entry.hasMatchCategory)
    return {
      word: '!registered',
      plain: `${meaning} It is a mistake only if applications or other drivers are to find it.`,
      meaning: `${meaning} Of the matched drivers on real systems 19 % do not register; it is a mistake only if applications or other drivers are to find it.`,
      isNormalHere: false,
    }
  return {
    word: '!registered',
    plain: meaning,
    meaning: `${meaning} Of nubs, streams and helper objects on real systems 60 % do not register.`,
    isNormalHere: true,
  }
}

function matchedMeaning(isRegistered: boolean, isMatched: boolean): StateMeaning {
  if (isMatched)
    return {
      word: 'matched',
      meaning: 'Matching ran to its end. That does not mean that a driver was found.',
      isNormalHere: true,
    }
  return isRegistered
    ? {
        word: '!matched',
        meaning:
          'The first pass of matching is not over: it runs, or it waits for a kext to be loaded. At rest registered and matched are equal.',
        isNormalHere: false,
      }
    : {
        word: '!matched',
        meaning: 'Matching has not run on it, since it is not registered.',
        isNormalHere: true,
      }
}
