import { Trash2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import { parseFilter } from '../../../core/query/filter/parse-filter.ts'
import { propertyKeys } from '../../registry/property-keys.ts'
import { mostRules, ruleText, type WatchRule } from '../../../core/watch/watch-rules.ts'
import { isWatchOn } from '../../../core/watch/watch-status.ts'
import { nodeLabel } from '../../../core/registry/paths.ts'
import { planeNamed } from '../../../core/registry/lookup.ts'
import { findEntry, findNode } from '../../registry/selection.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Button, IconButton } from '../../widgets/button.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Checkbox, Field, Select } from '../../widgets/field.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './rules-dialog.module.css'

type What = 'first' | 'last' | 'property' | 'busy' | 'gone'

/** What the user wants to be told while a guest is watched. */
export function RulesDialog() {
  const isOpen = useApp(state => state.watch.isManagingRules)
  const actions = useActions()
  if (!isOpen) return null
  return (
    <Dialog
      title="Notify me when…"
      isWide
      onClose={() => actions.manageRules(false)}
      foot={
        <Button kind="primary" onClick={() => actions.manageRules(false)}>
          Done
        </Button>
      }
    >
      <div className={styles.body}>
        <NewRule />
        <RuleList />
        <Outside />
      </div>
    </Dialog>
  )
}

function NewRule() {
  const actions = useActions()
  const rules = useApp(state => state.preferences.watch.rules)
  const written = useApp(state => state.filter)
  const selected = useSelectedEntry()
  const [what, setWhat] = useState<What>('first')
  const [filter, setFilter] = useState(written)
  const [key, setKey] = useState('')
  const isAboutFilter = what === 'first' || what === 'last'
  const label = selected ? visibleText(selected.label) : 'the selected entry'

  const parsed = useMemo(() => parseFilter(filter), [filter])
  const problem = isAboutFilter && !parsed.ok ? parsed.problem.message : null
  const whyNot =
    rules.length >= mostRules
      ? `There are ${mostRules} already; remove one first.`
      : isAboutFilter
        ? filter.trim() === ''
          ? 'Write a filter first.'
          : problem
        : !selected
          ? 'Select an entry first.'
          : what === 'property' && key.trim() === ''
            ? 'Name a property first.'
            : null

  const add = () => {
    const common = { id: newId(), isOn: true }
    const entry = selected && { id: selected.id, path: selected.path, label: selected.label }
    const rule: WatchRule | null =
      what === 'first' || what === 'last'
        ? { ...common, kind: 'filter', filter: filter.trim(), when: what }
        : !entry
          ? null
          : what === 'property'
            ? { ...common, kind: 'property', entry, key: key.trim() }
            : { ...common, kind: what, entry }
    if (rule) actions.setRules([...rules, rule])
  }
  return (
    <form
      className={styles.form}
      onSubmit={event => {
        event.preventDefault()
        if (whyNot === null) add()
      }}
    >
      <Select
        label="Tell me when"
        value={what}
        options={[
          { value: 'first', text: 'a filter gets its first hit' },
          { value: 'last', text: 'a filter loses its last hit' },
          { value: 'property', text: `a property of ${label} changes` },
          { value: 'busy', text: `the busy count of ${label} returns to zero` },
          { value: 'gone', text: `${label} goes` },
        ]}
        onChange={setWhat}
      />
      {isAboutFilter && (
        <Field
          label="Filter"
          isMono
          placeholder="class:IOUSBHostDevice"
          value={filter}
          error={problem}
          onChange={event => setFilter(event.currentTarget.value)}
        />
      )}
      {what === 'property' && (
        <>
          <Field
            label="Property"
            isMono
            list="watch-rule-keys"
            placeholder="IOPowerManagement"
            value={key}
            onChange={event => setKey(event.currentTarget.value)}
          />
          <datalist id="watch-rule-keys">
            {(selected?.keys ?? []).map(each => (
              <option key={each} value={each} />
            ))}
          </datalist>
        </>
      )}
      <div className={styles.add}>
        <Button type="submit" whyNot={whyNot}>
          Add
        </Button>
      </div>
    </form>
  )
}

function RuleList() {
  const actions = useActions()
  const rules = useApp(state => state.preferences.watch.rules)
  const isOn = useApp(state => isWatchOn(state.watch.status))
  if (rules.length === 0) return <p className={styles.note}>Nothing is waited for yet.</p>
  return (
    <>
      <ul className={styles.list} aria-label="What is waited for">
        {rules.map(rule => (
          <li key={rule.id}>
            <Checkbox
              label={visibleText(ruleText(rule))}
              isChecked={rule.isOn}
              onChange={isRuleOn =>
                actions.setRules(
                  rules.map(each => (each.id === rule.id ? { ...each, isOn: isRuleOn } : each)),
                )
              }
            />
            <IconButton
              label={`Remove: ${visibleText(ruleText(rule))}`}
              icon={<Trash2 {...smallIconProps} />}
              onClick={() => actions.setRules(rules.filter(each => each.id !== rule.id))}
            />
          </li>
        ))}
      </ul>
      {!isOn && (
        <p className={styles.note}>
          Rules are asked of each look, so only while a guest is watched.
        </p>
      )}
    </>
  )
}

/** Outside the window: the desktop shows it; a browser only if the user has allowed it to this page. */
function Outside() {
  const host = useApp(state => state.host?.host)
  const [permission, setPermission] = useState(() =>
    typeof Notification === 'undefined' ? 'denied' : Notification.permission,
  )
  if (host === 'electron') {
    return (
      <p className={styles.note}>
        While you look elsewhere, the system shows a notification of it too.
      </p>
    )
  }
  if (permission !== 'default') {
    return (
      <p className={styles.note}>
        {permission === 'granted'
          ? 'While you look elsewhere, this browser shows a notification of it too.'
          : 'It is told in this window only: the browser allows this page no notifications.'}
      </p>
    )
  }
  return (
    <div className={styles.outside}>
      <p className={styles.note}>It is told in this window.</p>
      <Button
        onClick={() => {
          void Notification.requestPermission().then(setPermission)
        }}
      >
        Also as notifications of this browser…
      </Button>
    </div>
  )
}

function useSelectedEntry() {
  const current = useApp(state => state.current)
  const selected = useApp(state => state.selected)
  const planeName = useApp(state => state.plane)
  return useMemo(() => {
    const entry = current && selected ? findEntry(current.snapshot, selected) : null
    if (!current || !selected || entry === null) return null
    const { snapshot } = current
    const plane = planeNamed(snapshot, planeName) ?? snapshot.planes[0]
    const node = plane ? findNode(snapshot, plane, selected) : -1
    const label = plane && node !== -1 ? nodeLabel(snapshot, plane, node) : (selected.path ?? '?')
    return {
      id: selected.id,
      path: selected.path,
      label: label.slice(0, 1000),
      keys: propertyKeys(snapshot, entry),
    }
  }, [current, selected, planeName])
}

const newId = () => `r${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`
