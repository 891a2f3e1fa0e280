import { useState } from 'react'
import {
  ruleColours,
  type ColourRule,
  type RuleColour,
} from '../../../core/contract/preferences.ts'
import { nameFor, newRule, whyNotSaved } from '../../filter/saved-filters.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { classNames } from '../../widgets/class-names.ts'
import { Checkbox, Field } from '../../widgets/field.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './arranged.module.css'
import { ArrangeDialog } from './arrange-dialog.tsx'
import { FilterFormField } from './filter-form-field.tsx'
import { RuleSwatch } from './rule-mark.tsx'

/** The rules that mark rows; the first one that fits an entry counts. */
export function ColourRulesDialog() {
  const actions = useActions()
  const saved = useApp(state => state.preferences.colourRules)
  const ruled = useApp(state => state.filters.ruled)
  const draft = useApp(state => state.filters.draft)
  const filter = useApp(state => state.filter.trim())
  const [items, setItems] = useState<readonly ColourRule[]>(() =>
    draft ? [...saved, newRule(saved, draft)] : saved,
  )
  const [chosen, setChosen] = useState<string | null>(
    (draft ? items.at(-1)?.id : items[0]?.id) ?? null,
  )
  const close = () => actions.openFilterDialog(null)
  const change = (id: string, fields: Partial<ColourRule>) =>
    setItems(now => now.map(item => (item.id === id ? { ...item, ...fields } : item)))
  return (
    <ArrangeDialog
      title="Colour rules"
      what="rule"
      items={items}
      onItems={setItems}
      chosen={chosen}
      onChoose={setChosen}
      makeNew={() => newRule(items, { name: filter === '' ? 'New rule' : nameFor(filter), filter })}
      onToggle={id => {
        const item = items.find(one => one.id === id)
        if (item) change(id, { isOn: !item.isOn })
      }}
      renderItem={rule => (
        <>
          <RuleSwatch colour={rule.colour} />
          <span className={classNames(styles.named, !rule.isOn && styles.off)}>
            <span className={styles.name}>{visibleText(rule.name) || 'No name'}</span>
            <code className={styles.code}>{visibleText(rule.filter)}</code>
          </span>{' '}
          <span className={styles.aside}>
            {!rule.isOn
              ? 'off'
              : saved.includes(rule)
                ? ruled?.unfinished.has(rule.id)
                  ? 'took too long'
                  : ruled?.counts.get(rule.id)?.toLocaleString('en-US')
                : 'not saved'}
          </span>
        </>
      )}
      renderEditor={rule => (
        <>
          <Field
            label="Name"
            value={rule.name}
            maxLength={100}
            error={rule.name.trim() === '' ? 'Give it a name.' : null}
            onChange={event => change(rule.id, { name: event.currentTarget.value })}
          />
          <FilterFormField
            value={rule.filter}
            onChange={next => change(rule.id, { filter: next })}
          />
          <ColourChoice
            colour={rule.colour}
            name={`colour-${rule.id}`}
            onChange={colour => change(rule.id, { colour })}
          />
          <Checkbox
            label="On"
            hint="Rows that it finds have its stripe at their left. Where several rules fit, the first of the list counts."
            isChecked={rule.isOn}
            onChange={isOn => change(rule.id, { isOn })}
          />
        </>
      )}
      nothing="No rule yet. A rule marks the rows that its filter finds with a stripe of its colour; its name is in the row’s tooltip. Add one, or choose “Colour rows like this…” at a field."
      whyNot={whyNotSaved(items)}
      onSave={() => {
        const value = items.map(item => ({ ...item, name: item.name.trim() }))
        void actions.setPreference({ section: 'colourRules', value })
        close()
      }}
      onClose={close}
    />
  )
}

interface ColourChoiceProps {
  readonly colour: RuleColour
  readonly name: string
  readonly onChange: (colour: RuleColour) => void
}

function ColourChoice({ colour, name, onChange }: ColourChoiceProps) {
  return (
    <fieldset className={styles.colours}>
      <legend>Colour</legend>
      {ruleColours.map(one => (
        <label key={one} className={styles.colour}>
          <input
            type="radio"
            name={name}
            value={one}
            checked={one === colour}
            onChange={() => onChange(one)}
          />
          <RuleSwatch colour={one} />
          {one[0]!.toUpperCase() + one.slice(1)}
        </label>
      ))}
    </fieldset>
  )
}
