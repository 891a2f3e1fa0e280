import { useState } from 'react'
import type { SavedFilter } from '../../../core/contract/preferences.ts'
import { newId, whyNotSaved } from '../../filter/saved-filters.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Button } from '../../widgets/button.tsx'
import { Field } from '../../widgets/field.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './arranged.module.css'
import { ArrangeDialog } from './arrange-dialog.tsx'
import { FilterFormField } from './filter-form-field.tsx'

/** Saved filters: renamed, changed, put in order, deleted, applied. */
export function SavedFiltersDialog() {
  const actions = useActions()
  const saved = useApp(state => state.preferences.savedFilters)
  const filter = useApp(state => state.filter.trim())
  const [items, setItems] = useState<readonly SavedFilter[]>(saved)
  const [chosen, setChosen] = useState<string | null>(saved[0]?.id ?? null)
  const close = () => actions.openFilterDialog(null)
  const change = (id: string, fields: Partial<SavedFilter>) =>
    setItems(now => now.map(item => (item.id === id ? { ...item, ...fields } : item)))
  const save = () =>
    void actions.setPreference({
      section: 'savedFilters',
      value: items.map(item => ({ ...item, name: item.name.trim() })),
    })
  const whyNot = whyNotSaved(items)
  const item = items.find(({ id }) => id === chosen)
  return (
    <ArrangeDialog
      title="Saved filters"
      what="filter"
      items={items}
      onItems={setItems}
      chosen={chosen}
      onChoose={setChosen}
      makeNew={() => ({ id: newId(items), name: 'New filter', filter })}
      renderItem={({ name, filter: text }) => (
        <span className={styles.named}>
          <span className={styles.name}>{visibleText(name) || 'No name'}</span>
          <code className={styles.code}>{visibleText(text)}</code>
        </span>
      )}
      renderEditor={({ id, name, filter: text }) => (
        <>
          <Field
            label="Name"
            value={name}
            maxLength={100}
            error={name.trim() === '' ? 'Give it a name.' : null}
            onChange={event => change(id, { name: event.currentTarget.value })}
          />
          <FilterFormField value={text} onChange={next => change(id, { filter: next })} />
        </>
      )}
      nothing="No filter is saved. Type one above the tree and choose “Save this filter…” in the menu beside it, or add one here."
      whyNot={whyNot}
      onSave={() => {
        save()
        close()
      }}
      onClose={close}
      more={
        <Button
          whyNot={item ? whyNot : 'There is none to apply.'}
          onClick={() => {
            save()
            close()
            if (item) actions.applyFilter(item.filter)
          }}
        >
          Save and apply
        </Button>
      }
    />
  )
}
