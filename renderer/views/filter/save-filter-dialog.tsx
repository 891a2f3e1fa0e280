import { useState } from 'react'
import { nameFor, withSaved } from '../../filter/saved-filters.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Button } from '../../widgets/button.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Field } from '../../widgets/field.tsx'
import styles from './save-filter-dialog.module.css'
import { FilterText } from './filter-text.tsx'

/** Gives the filter that is in the field a name to be had again by. */
export function SaveFilterDialog() {
  const actions = useActions()
  const filter = useApp(state => state.filter.trim())
  const saved = useApp(state => state.preferences.savedFilters)
  const [name, setName] = useState(() => nameFor(filter))
  const wanted = name.trim()
  const same = saved.find(one => one.name.toLowerCase() === wanted.toLowerCase())
  const close = () => actions.openFilterDialog(null)
  const save = () => {
    if (wanted === '') return
    void actions.setPreference({ section: 'savedFilters', value: withSaved(saved, wanted, filter) })
    close()
  }
  return (
    <Dialog
      title="Save this filter"
      onClose={close}
      foot={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            kind="primary"
            whyNot={wanted === '' ? 'Give it a name first.' : null}
            onClick={save}
          >
            Save
          </Button>
        </>
      }
    >
      <form
        className={styles.form}
        onSubmit={event => {
          event.preventDefault()
          save()
        }}
      >
        <div className={styles.text}>
          <FilterText text={filter} />
        </div>
        <Field
          label="Name"
          value={name}
          maxLength={100}
          hint={
            same
              ? `A filter is saved as “${same.name}” already: this one takes its place.`
              : 'It is in the menu beside the filter, in every window.'
          }
          onChange={event => setName(event.currentTarget.value)}
          onFocus={event => event.currentTarget.select()}
        />
      </form>
    </Dialog>
  )
}
