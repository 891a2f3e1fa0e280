import { initialCompare } from './compare-state.ts'
import { readPictures, writePictures } from './pictures-url.ts'
import { viewNames, type AppState, type EntryRef, type ViewName } from './app-state.ts'

/** What a colleague should be able to reopen. */
export type UrlState = Pick<
  AppState,
  'view' | 'plane' | 'selected' | 'filter' | 'filterScope' | 'isPictureLarge' | 'inspectorTab'
> &
  Partial<Pick<AppState, 'current' | 'compare' | 'pictures'>>

/** The same with what the tree is limited to, which is part of the navigation. */
export type AddressState = UrlState & { readonly scope: EntryRef | null }

/** `#/registry?plane=IOService&id=0x100000116&path=IOService%3A%2FiMac&filter=usb&in=everything` */
export function writeHash(state: UrlState & Partial<Pick<AppState, 'navigation'>>): string {
  const query = new URLSearchParams()
  if (state.plane !== 'IOService') query.set('plane', state.plane)
  if (state.selected?.id) query.set('id', state.selected.id)
  if (state.selected?.path) query.set('path', state.selected.path)
  if (state.filter) query.set('filter', state.filter)
  if (state.filterScope !== 'names') query.set('in', state.filterScope)
  const scope = state.navigation?.scope
  if (scope?.id) query.set('under', scope.id)
  if (scope?.path) query.set('underPath', scope.path)
  if (state.isPictureLarge) query.set('picture', 'large')
  else if (state.inspectorTab === 'matching') query.set('tab', 'matching')
  const { comparison } = state.current ?? {}
  if (comparison) {
    const ids = [comparison.before, comparison.after].map(({ capture }) => capture.snapshotId)
    query.set('compare', ids.join('..'))
  }
  if (state.view === 'pictures' && state.pictures) writePictures(query, state.pictures)
  const text = query.toString()
  return `#/${state.view}${text ? `?${text}` : ''}`
}

const pairForm = /^([\w-]{1,128})\.\.([\w-]{1,128})$/
const idForm = /^0x[0-9a-f]{1,16}$/i

/** Whatever of it makes sense; an address typed by hand may say anything. */
export function readHash(hash: string): Partial<AddressState> {
  const [, view = '', text = ''] = /^#?\/?([a-z]*)(?:\?(.*))?$/s.exec(hash) ?? []
  const query = new URLSearchParams(text)
  const idText = query.get('id')
  const id = idText !== null && idForm.test(idText) ? idText.toLowerCase() : null
  const path = query.get('path')
  const underText = query.get('under')
  const under = underText !== null && idForm.test(underText) ? underText.toLowerCase() : null
  const underPath = query.get('underPath')
  const pair = pairForm.exec(query.get('compare') ?? '')
  return {
    ...(viewNames.includes(view as ViewName) ? { view: view as ViewName } : {}),
    ...(view === 'pictures' ? { pictures: readPictures(query) } : {}),
    ...(query.get('plane') ? { plane: query.get('plane')! } : {}),
    ...(id !== null || path !== null ? { selected: { id, path } } : {}),
    ...(under !== null || underPath !== null ? { scope: { id: under, path: underPath } } : {}),
    ...(query.get('picture') === 'large'
      ? { isPictureLarge: true, inspectorTab: 'picture' as const }
      : {}),
    ...(query.get('tab') === 'matching' ? { inspectorTab: 'matching' as const } : {}),
    ...(query.get('filter') ? { filter: query.get('filter')! } : {}),
    ...(pair ? { compare: { ...initialCompare, before: pair[1]!, after: pair[2]! } } : {}),
    ...(query.get('in') === 'everything' ? { filterScope: 'everything' as const } : {}),
  }
}
