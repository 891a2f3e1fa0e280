import { lastGoodAfter } from '../filter/read-filter.ts'
import type { AppState } from './app-state.ts'
import { noFolds, showNodeOf } from './open-nodes.ts'
import { initialPictures } from './pictures-state.ts'
import { readHash } from './url-state.ts'

/**
 * The state as an address says it, which was typed or picked in a page that is open: what an address leaves out is as at
 * first, but for the selection. One that names no view changes nothing. The two that it compares are the actions' to get.
 */
export function withAddress(state: AppState, hash: string): Partial<AppState> {
  const { compare: _, scope = null, ...address } = readHash(hash)
  if (address.view === undefined) return {}
  const filter = address.filter ?? ''
  const said: Partial<AppState> = {
    plane: 'IOService',
    filterScope: 'names',
    isPictureLarge: false,
    ...(address.view === 'pictures' ? { pictures: initialPictures } : {}),
    ...address,
    ...noFolds,
    filter,
    filters: { ...state.filters, lastGood: lastGoodAfter(state, filter) },
    navigation: { ...state.navigation, scope, chosen: null, said: null },
  }
  const next = { ...state, ...said }
  return { ...said, ...showNodeOf(next, next.selected, 'here') }
}
