import { useApp } from '../../state/app-context.tsx'
import { ColourRulesDialog } from './colour-rules-dialog.tsx'
import { SaveFilterDialog } from './save-filter-dialog.tsx'
import { SavedFiltersDialog } from './saved-filters-dialog.tsx'

/** Whichever of the filter's dialogs is open. */
export function FilterDialogs() {
  const dialog = useApp(state => state.filters.dialog)
  if (dialog === 'save') return <SaveFilterDialog />
  if (dialog === 'saved') return <SavedFiltersDialog />
  return dialog === 'rules' ? <ColourRulesDialog /> : null
}
