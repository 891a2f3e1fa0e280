import { assertNever } from '../failure.ts'
import type { PropertyValue } from '../registry/property-value.ts'
import type { EntryIndex } from '../registry/snapshot.ts'
import { valueNotation } from '../registry/value-notation.ts'
import type { CatalogueItem } from './catalogue-item.ts'
import type { KeyCheck, Reason } from './verdict.ts'

/** What the sentences call things. */
export interface MatchingWords {
  /** An entry by its name, as a row of the tree shows it. */
  entry(entry: EntryIndex): string
}

/** Values can be whole device trees; a sentence shows their beginning. */
const longestValue = 160

/** One reason as one or two plain sentences. */
export function reasonSentence(reason: Reason, words: MatchingWords): string {
  const client = (entry: EntryIndex): string => `“${words.entry(entry)}”`
  switch (reason.kind) {
    case 'running':
      return `It produced ${client(reason.client)}, which runs here.`
    case 'would-start':
      return wouldStart(reason, client)
    case 'no-provider-class':
      return 'It has no IOProviderClass, or one that is not a string: the kernel ignores it without a word.'
    case 'service-not-registered':
      return 'The service is not registered: until its driver calls registerService(), nothing is matched on it.'
    case 'service-inactive':
      return 'The service has terminated: nothing is matched on it any more.'
    case 'class-does-not-conform':
      return `The service is no ${reason.providerClass}, the IOProviderClass it asks for.`
    case 'key-failed':
      return checkSentence(reason.check)
    case 'family-failed':
      return `Its ${reason.family} keys do not hold. ${checkSentence(reason.check)}`
    case 'category-taken':
      return `${client(reason.client)} has the match category ${reason.category}, and one driver starts in each.`
    case 'lower-score':
      return `Its score of ${reason.score} is lower than the ${reason.winningScore} of ${nameOf(reason.winner)}, and one driver starts in each match category.`
    case 'equal-score':
      return `Its score of ${reason.score} is that of ${nameOf(reason.winner)}, too. ${equalScore(reason.isDecided === true)}`
    case 'passed-over':
      return `Its score is higher than that of ${client(reason.client)}, which runs all the same. ${passedOver(reason.kextIsLoaded)}`
    case 'kext-not-loaded':
      return `It is the best of its match category, but its kext ${reason.bundleIdentifier} is not loaded: the kernel asks for it, and goes on without where it cannot be loaded.`
    case 'waiting-for-resource':
      return `It is the best of its match category. It starts when ${listOf(reason.resources)} ${reason.resources.length === 1 ? 'is' : 'are'} published: its IOResourceMatch asks for that.`
    case 'deferred':
      return 'It has IOMatchDefer, and the daemon that loads kexts has not reported in: the kernel puts off all matching on this service.'
    case 'unknown':
      return `It cannot be told. ${reason.because}`
    default:
      return assertNever(reason)
  }
}

/** One check as a sentence, with both values. */
export function checkSentence(check: KeyCheck): string {
  const note = check.note === null ? '' : ` ${check.note}`
  const [wanted, found] = [shown(check.wanted), check.found === null ? null : shown(check.found)]
  const asks = wanted === '' ? '' : ` asks for ${wanted}`
  switch (check.outcome) {
    case 'holds':
      return `“${check.key}” holds${asks === '' ? '' : `: it${asks}`}${found === null || found === wanted ? '' : `, and the service has ${found}`}.${note}`
    case 'fails':
      return found === null
        ? `“${check.key}”${asks || ' is needed'}, and the service has nothing to hold against it.${note}`
        : `“${check.key}”${asks || ' is needed'}, and the service has ${found}.${note}`
    case 'unknown':
      return `“${check.key}”${asks || ' is needed'}${found === null ? '' : `, and the service shows ${found}`}: it cannot be told.${note}`
  }
}

function wouldStart(
  reason: Extract<Reason, { kind: 'would-start' }>,
  client: (entry: EntryIndex) => string,
): string {
  if (reason.instead !== undefined) {
    return `It would have won against ${client(reason.instead)}, had the guest known it. That one runs now, so nothing is started before it is terminated or the guest boots again.`
  }
  return reason.wasTried === true
    ? 'It is the best of its match category, and nothing of the category runs. Matching has ended on this service: its kext could not be loaded, or allocation, init(), probe() or start() refused, or it was added later.'
    : 'It is the best of its match category, and nothing of the category runs: it would be started next.'
}

function equalScore(isDecided: boolean): string {
  return isDecided
    ? 'Of equal ones that with the higher score of its own comes first, then that for the more derived class.'
    : 'The order in which the two came to the kernel decides, which no dump shows.'
}

function passedOver(kextIsLoaded: boolean | null): string {
  switch (kextIsLoaded) {
    case true:
      return 'Its kext is loaded, so allocation, init(), probe() or start() refused, or it was added later.'
    case false:
      return 'Its kext is not loaded: the load failed, or was not approved.'
    case null:
      return 'Its kext could not be loaded, or allocation, init(), probe() or start() refused, or it was added later.'
  }
}

function nameOf({ name, ioClass, bundleIdentifier }: CatalogueItem): string {
  const made = ioClass === null || ioClass === name ? '' : ` (${ioClass})`
  return `“${name}”${made} of ${bundleIdentifier}`
}

function listOf(names: readonly string[]): string {
  return names.map(name => `“${name}”`).join(' and ')
}

function shown(value: PropertyValue): string {
  if (value.kind === 'string') return `“${cut(value.text)}”`
  return cut(valueNotation(value))
}

function cut(text: string): string {
  return text.length <= longestValue ? text : `${text.slice(0, longestValue)}…`
}
