import { viewNames, type AppState, type ViewName } from './app-state.ts'

/** What a colleague should be able to reopen. */
export type UrlState = Pick<
  AppState,
  'view' | 'plane' | 'selected' | 'filter' | 'filterScope' | 'isPictureLarge' | 'inspectorTab'
>

/** `#/registry?plane=IOService&id=0x100000116&path=IOService%3A%2FiMac&filter=usb&in=everything` */
export function writeHash(state: UrlState): string {
  const query = new URLSearchParams()
  if (state.plane !== 'IOService') query.set('plane', state.plane)
  if (state.selected?.id) query.set('id', state.selected.id)
  if (state.selected?.path) query.set('path', state.selected.path)
  if (state.filter) query.set('filter', state.filter)
  if (state.filterScope !== 'names') query.set('in', state.filterScope)
  if (state.isPictureLarge) query.set('picture', 'large')
  else if (state.inspectorTab === 'matching') query.set('tab', 'matching')
  const text = query.toString()
  return `#/${state.view}${text ? `?${text}` : ''}`
}

const idForm = /^0x[0-9a-f]{1,16}$/i

/** Whatever of it makes sense; an address typed by hand may say anything. */
export function readHash(hash: string): Partial<UrlState> {
  const [, view = '', text = ''] = /^#?\/?([a-z]*)(?:\?(.*))?$/s.exec(hash) ?? []
  const query = new URLSearchParams(text)
  const idText = query.get('id')
  const id = idText !== null && idForm.test(idText) ? idText.toLowerCase() : null
  const path = query.get('path')
  return {
    ...(viewNames.includes(view as ViewName) ? { view: view as ViewName } : {}),
    ...(query.get('plane') ? { plane: query.get('plane')! } : {}),
    ...(id !== null || path !== null ? { selected: { id, path } } : {}),
    ...(query.get('picture') === 'large'
      ? { isPictureLarge: true, inspectorTab: 'picture' as const }
      : {}),
    ...(query.get('tab') === 'matching' ? { inspectorTab: 'matching' as const } : {}),
    ...(query.get('filter') ? { filter: query.get('filter')! } : {}),
    ...(query.get('in') === 'everything' ? { filterScope: 'everything' as const } : {}),
  }
}
