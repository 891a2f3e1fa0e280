import { joinTerm, type FilterTerm, type Joining } from '../filter/filter-terms.ts'
import { hitBeside } from '../filter/hits.ts'
import { appliedFilter, filterReads } from '../filter/read-filter.ts'
import type { ExploreActions } from './explore-actions.ts'
import type { FiltersState } from './filters-state.ts'
import type { ActionContext } from './store.ts'

export interface FilterActions {
  /** Joins a term with the filter, and remembers the outcome among the recent ones. */
  readonly filterFor: (term: FilterTerm, how: Joining) => void
  /** Sets a whole filter that is known to be wanted: a saved or recent one. */
  readonly applyFilter: (filter: string) => void
  /** Selects the hit after or before the selected entry, and brings it into sight. */
  readonly stepHit: (step: 1 | -1) => void
  /** Keeps what is in the field among the recent filters. */
  readonly rememberFilter: () => void
  /** Opens one of the filter's dialogs, or closes it. */
  readonly openFilterDialog: (dialog: FiltersState['dialog']) => void
  /** Opens the dialog for colour rules with a new rule in it. */
  readonly draftRule: (draft: NonNullable<FiltersState['draft']>) => void
}

const mostRecent = 12

export function filterActions(
  { store }: ActionContext,
  {
    setFilter,
    setView,
    select,
    showEntry,
  }: Pick<ExploreActions, 'setFilter' | 'setView' | 'select' | 'showEntry'>,
): FilterActions {
  const setFilters = (change: Partial<FiltersState>) =>
    store.setState(({ filters }) => ({ filters: { ...filters, ...change } }))
  const remember = () => {
    const text = store.getState().filter.trim()
    if (text === '' || !filterReads(text)) return
    const { recent } = store.getState().filters
    if (recent[0] === text) return
    setFilters({ recent: [text, ...recent.filter(one => one !== text)].slice(0, mostRecent) })
  }
  const apply = (filter: string) => {
    const { view } = store.getState()
    // Where no filter is shown nobody would see what came of it.
    if (view !== 'registry' && view !== 'pictures') setView('registry')
    setFilter(filter)
    remember()
  }
  return {
    filterFor: (term, how) => apply(joinTerm(appliedFilter(store.getState()), term, how)),
    applyFilter: apply,
    stepHit: step => {
      const state = store.getState()
      const to = hitBeside(state, step)
      if (!to) return
      if (state.view === 'pictures') select(to)
      else showEntry(to)
    },
    rememberFilter: remember,
    openFilterDialog: dialog => setFilters({ dialog, draft: null }),
    draftRule: draft => setFilters({ dialog: 'rules', draft }),
  }
}
