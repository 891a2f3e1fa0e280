import { resolveDependencies } from '../kext/dependencies.ts'
import type { InstalledKext } from '../kext/kext.ts'
import { knowsAllLibraries, type LibrarySources } from './library-graph.ts'
import type { Findings } from './preflight.ts'
import type { PreflightItem } from './preflight-report.ts'
import { listed } from './stops.ts'

const mostShown = 6

/** `OSBundleLibraries` against what the guest has (facts: kexts, section 4). */
export function libraryItems(bundle: InstalledKext, guest: LibrarySources | null): Findings {
  const { libraries } = bundle
  if (libraries.length === 0) {
    const detail =
      bundle.executable === null
        ? 'A kext without code needs none.'
        : 'A kext with an executable has to declare what it links against.'
    const status = bundle.executable === null ? 'pass' : 'warning'
    return { items: [{ status, title: 'No libraries are declared', detail }], stops: [] }
  }
  if (guest === null)
    return {
      items: [
        {
          status: 'unknown',
          title: `${counted(libraries.length)} not compared`,
          detail: 'There is no capture of the guest that would tell which kexts it has.',
        },
      ],
      stops: [],
    }
  const isSure = knowsAllLibraries(guest)
  const report = resolveDependencies(bundle, guest.installed, guest.loaded ?? [])
  const faulty = report.direct.filter(
    ({ kind }) =>
      kind !== 'satisfied' && kind !== 'undetermined' && (isSure || kind !== 'not-found'),
  )
  const absent = report.direct.filter(({ kind }) => !isSure && kind === 'not-found')
  const open = report.direct.filter(({ kind }) => kind === 'undetermined')
  // What is wrong further down is only certain where all of the guest's kexts are known.
  const wrong = [
    ...faulty.map(({ explanation }) => explanation),
    ...(isSure ? report.indirect : []),
  ]
  const items: PreflightItem[] = []
  if (wrong.length > 0)
    items.push({
      status: 'stop',
      title:
        faulty.length === 0
          ? 'A library of a library is missing or does not fit'
          : faulty.length === 1
            ? `${faulty[0]!.bundleIdentifier} is missing or does not fit`
            : `${faulty.length} libraries are missing or do not fit`,
      detail: sentences(wrong),
    })
  if (absent.length > 0)
    items.push({
      status: 'unknown',
      title: `${counted(absent.length)} not found among the kexts that are known`,
      detail: `${listed(absent.map(each => each.bundleIdentifier))}: the guest’s ${guest.loaded === null ? 'loaded' : 'installed'} kexts are not known, so ${absent.length === 1 ? 'it' : 'they'} may be there.`,
    })
  if (open.length > 0)
    items.push({
      status: 'unknown',
      title: `What ${open.length === 1 ? open[0]!.bundleIdentifier : `${open.length} loaded libraries`} can serve is not known`,
      detail: sentences(open.map(({ explanation }) => explanation)),
    })
  if (items.length === 0)
    items.push({
      status: 'pass',
      title:
        libraries.length === 1
          ? 'The library is there'
          : `All ${libraries.length} libraries are there`,
      detail: sentences(report.direct.map(({ explanation }) => explanation)),
    })
  if (report.loadsFirst.length > 0 && wrong.length === 0)
    items.push({
      status: 'note',
      title: `${counted(report.loadsFirst.length)} loaded with it`,
      detail: `Not loaded yet, and loaded before it, in this order: ${listed(report.loadsFirst)}.`,
    })
  return {
    items,
    stops:
      wrong.length === 0
        ? []
        : [
            {
              id: 'libraries',
              title: items[0]!.title,
              reason: `The load will fail at the libraries. ${items[0]!.detail}`,
            },
          ],
  }
}

function sentences(all: readonly string[]): string {
  const more = all.length - mostShown
  return [...all.slice(0, mostShown), ...(more > 0 ? [`And ${more} more.`] : [])].join(' ')
}

function counted(count: number): string {
  return count === 1 ? 'One library is' : `${count} libraries are`
}
