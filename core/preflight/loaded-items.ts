import { toolEra } from '../guest-facts/tool-era.ts'
import { compareTwoBuilds, type Build } from '../kext/compare-builds.ts'
import { dependencyNames } from '../kext/dependencies.ts'
import type { LoadedKext } from '../kext/kext.ts'
import type { Findings, PreflightInput } from './preflight.ts'
import type { PreflightItem } from './preflight-report.ts'
import { listed } from './stops.ts'

/** What of this identifier the kernel has already, and what that means for the load. */
export function loadedItems(input: PreflightInput): Findings {
  const { bundle, guest } = input
  const id = bundle.bundleIdentifier
  if (guest === null || guest.loaded === null)
    return only({
      status: 'unknown',
      title: 'Whether it is loaded is not known',
      detail:
        guest === null
          ? 'There is no capture of this boot of the guest.'
          : 'The guest gave no list of its loaded kexts. Of two builds the kernel keeps the one that it has.',
    })
  const loaded = guest.loaded.find(each => each.bundleIdentifier === id)
  if (loaded === undefined)
    return only({
      status: 'pass',
      title: 'It is not loaded',
      detail: 'Nothing of it is in the way.',
    })

  const dependents = input.unloadsFirst ? dependentItems(guest.loaded, id) : []
  const items = [buildItem(input, loaded), ...dependents]
  return {
    items,
    stops: items.flatMap(({ status, title, detail }) =>
      status === 'stop' ? [{ id: 'other-build-loaded' as const, title, reason: detail }] : [],
    ),
  }
}

function buildItem(input: PreflightInput, loaded: LoadedKext): PreflightItem {
  const { bundle, unloadsFirst } = input
  const ours: Build = input.builds?.host ?? { version: bundle.version, uuid: null, builtAt: null }
  const theirs: Build = input.builds?.loaded ?? {
    version: loaded.version,
    uuid: loaded.uuid,
    builtAt: null,
  }
  const darwinMajor = input.guest?.identity?.darwinMajor ?? null
  const keepsCode = darwinMajor !== null && toolEra(darwinMajor).usesCollections
  const [mine, other] = [nameOf(ours), nameOf(theirs)]
  switch (compareTwoBuilds(ours, theirs)) {
    case 'same':
      return {
        status: 'note',
        title: 'This build is loaded already',
        detail: unloadsFirst
          ? `${other} is unloaded and loaded again.`
          : 'The tool reports success without loading anything. Unload it first to start it anew.',
      }
    case 'differs':
      if (unloadsFirst && keepsCode)
        return {
          status: 'warning',
          title: 'Another build is loaded',
          detail: `${other} is loaded, and this is ${mine}. From macOS 11 on the code of a kext stays in memory when it is unloaded: new code needs a restart.`,
        }
      return unloadsFirst
        ? {
            status: 'note',
            title: 'Another build is loaded, and is unloaded first',
            detail: `${other} is loaded, and this is ${mine}.`,
          }
        : {
            status: 'stop',
            title: 'Another build is loaded',
            detail: `${other} is loaded, and this is ${mine}. The kernel refuses a second build of one identifier and keeps the one that it has. ${keepsCode ? 'New code needs a restart.' : 'Unload that one first.'}`,
          }
    case 'unknown':
      return {
        status: unloadsFirst ? 'note' : 'warning',
        title: `Version ${loaded.version} is loaded already`,
        detail: unloadsFirst
          ? 'It is unloaded first.'
          : 'Builds of one version cannot be told apart without a UUID: the kernel keeps the one that it has, which may be an older one. Unload it first to be sure.',
      }
  }
}

/** The old one cannot be unloaded before those that are linked against it. */
function dependentItems(loaded: readonly LoadedKext[], id: string): readonly PreflightItem[] {
  const dependents = dependencyNames(loaded).get(id)?.dependents ?? []
  if (dependents.length === 0) return []
  return [
    {
      status: 'warning',
      title: `${dependents.length === 1 ? 'Another kext is' : `${dependents.length} other kexts are`} linked against it`,
      detail: `${listed(dependents)} ${dependents.length === 1 ? 'has' : 'have'} to be unloaded before the loaded build can go.`,
    },
  ]
}

function nameOf({ version, uuid }: Build): string {
  return `${version ?? 'a build without a version'}${uuid === null ? '' : ` (${uuid.slice(0, 8)})`}`
}

function only(item: PreflightItem): Findings {
  return { items: [item], stops: [] }
}
