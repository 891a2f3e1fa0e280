import { toolEra } from '../guest-facts/tool-era.ts'
import type { Findings, PreflightInput } from './preflight.ts'
import type { PreflightItem, WouldMatch } from './preflight-report.ts'

const mostShown = 20

/** Where the personalities would be started, by the matching engine; one item for each. */
export function matchItems(input: PreflightInput): Findings {
  const { wouldMatch, bundle } = input
  if (bundle.personalities.length === 0)
    return {
      items: [
        {
          status: 'note',
          title: 'It has no personalities',
          detail: 'No driver of it will be matched; all it does is what its start routine does.',
        },
      ],
      stops: [],
    }
  if (wouldMatch === null)
    return {
      items: [
        {
          status: 'unknown',
          title: 'Where it would match is not known',
          detail: 'There is no capture of the guest’s registry to try its personalities on.',
        },
      ],
      stops: [],
    }
  const items = wouldMatch.slice(0, mostShown).map(itemOf)
  const nowhere = wouldMatch.length > 0 && wouldMatch.every(each => startsWhere(each) === 'nowhere')
  return { items: nowhere ? [...items, ...vanishing(input)] : items, stops: [] }
}

function startsWhere({ services }: WouldMatch): 'somewhere' | 'perhaps' | 'nowhere' {
  if (services.some(({ wins }) => wins === true)) return 'somewhere'
  return services.some(({ wins }) => wins === null) ? 'perhaps' : 'nowhere'
}

function itemOf(each: WouldMatch): PreflightItem {
  const name = `Personality “${each.personality}”`
  switch (startsWhere(each)) {
    case 'somewhere':
      return { status: 'pass', title: `${name} would be started`, detail: each.sentence }
    case 'perhaps':
      return { status: 'unknown', title: `${name} may be started`, detail: each.sentence }
    case 'nowhere':
      return {
        status: 'warning',
        title: `${name} would be started nowhere`,
        detail: each.sentence,
      }
  }
}

/** Facts: kexts, section 8: a kext with driver classes, no instances and no references goes away by itself. */
function vanishing({ guest }: PreflightInput): readonly PreflightItem[] {
  const darwinMajor = guest?.identity?.darwinMajor ?? null
  if (darwinMajor === null || toolEra(darwinMajor).unloadsUnusedKexts !== true) return []
  return [
    {
      status: 'note',
      title: 'It may be unloaded again by itself',
      detail:
        'The kernel unloads a kext with driver classes that has no instance, one or two minutes after it was loaded.',
    },
  ]
}
