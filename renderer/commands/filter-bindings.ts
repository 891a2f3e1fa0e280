import type { filterCommands } from '../../core/commands/filter-commands.ts'
import { hitsOf } from '../filter/hits.ts'
import { appliedFilter, filterReads } from '../filter/read-filter.ts'
import type { AppState } from '../state/app-state.ts'
import type { CommandBinding } from './binding.ts'

const whyNoHits = (state: AppState): string | null => {
  if (!state.current) return 'There is no capture to filter.'
  if (appliedFilter(state).trim() === '') return 'Nothing is filtered.'
  return hitsOf(state)?.matchCount === 0 ? 'Nothing is found.' : null
}

export const filterBindings: Readonly<Record<keyof typeof filterCommands, CommandBinding>> = {
  'filter.next': { run: ({ actions }) => actions.stepHit(1), whyNot: whyNoHits },
  'filter.previous': { run: ({ actions }) => actions.stepHit(-1), whyNot: whyNoHits },
  'filter.clear': {
    run: ({ actions }) => actions.setFilter(''),
    whyNot: ({ filter }) => (filter === '' ? 'Nothing is filtered.' : null),
  },
  'filter.scope': {
    run: ({ store, actions }) =>
      actions.setFilterScope(store.getState().filterScope === 'names' ? 'everything' : 'names'),
  },
  'filter.save': {
    run: ({ actions }) => actions.openFilterDialog('save'),
    whyNot: ({ filter }) =>
      filter.trim() === ''
        ? 'Type a filter first.'
        : filterReads(filter)
          ? null
          : 'The filter does not read.',
  },
  'filter.saved': { run: ({ actions }) => actions.openFilterDialog('saved') },
  'filter.rules': { run: ({ actions }) => actions.openFilterDialog('rules') },
}
