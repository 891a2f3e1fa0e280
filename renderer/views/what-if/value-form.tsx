import { Plus, Trash2 } from 'lucide-react'
import { useId, useState } from 'react'
import type { DictionaryValue, PropertyValue } from '../../../core/registry/property-value.ts'
import {
  asKind,
  editableKinds,
  freeKey,
  readScalar,
  scalarText,
  valueCount,
  withAdded,
  withKeyAt,
  withoutValueAt,
  withValueAt,
  type EditableKind,
  type ValuePath,
} from '../../matching/edit-value.ts'
import { keysToOffer, type PersonalityRemark } from '../../matching/personality-check.ts'
import { Button, IconButton } from '../../widgets/button.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { ToneMark } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { valueLine } from '../../registry/format-value.ts'
import styles from './value-form.module.css'

export interface ValueFormProps {
  readonly value: DictionaryValue
  readonly remarks: readonly PersonalityRemark[]
  readonly onChange: (value: DictionaryValue) => void
}

/** Deeper than any personality; what lies deeper is edited as XML. */
const deepestForm = 6
/** Apple's largest personalities have some hundreds. */
const mostValues = 3000

/** A dictionary as rows of key, kind and value; the order of the keys stays. */
export function ValueForm({ value, remarks, onChange }: ValueFormProps) {
  const listId = useId()
  const isTooLarge = valueCount(value, mostValues) === mostValues
  const change = (next: PropertyValue) => {
    if (next.kind === 'dictionary') onChange(next)
  }
  if (isTooLarge) {
    return (
      <p className={styles.remark}>
        {`It has ${mostValues.toLocaleString('en-US')} values or more, too many for a form; edit it as XML.`}
      </p>
    )
  }
  return (
    <div className={styles.form}>
      <datalist id={listId}>
        {keysToOffer(value).map(key => (
          <option key={key} value={key} />
        ))}
      </datalist>
      <Rows
        whole={value}
        container={value}
        path={[]}
        keyList={listId}
        remarks={remarks}
        onChange={change}
      />
    </div>
  )
}

interface RowsProps {
  readonly whole: DictionaryValue
  readonly container: PropertyValue
  readonly path: ValuePath
  readonly keyList: string | undefined
  readonly remarks: readonly PersonalityRemark[]
  readonly onChange: (whole: PropertyValue) => void
}

function Rows({ whole, container, path, keyList, remarks, onChange }: RowsProps) {
  const items: readonly (readonly [string | null, PropertyValue])[] =
    container.kind === 'dictionary'
      ? container.entries
      : container.kind === 'array'
        ? container.items.map(item => [null, item] as const)
        : []
  const isArray = container.kind === 'array'
  const add = () => {
    const key = container.kind === 'dictionary' ? freeKey(container) : ''
    const like = isArray ? items.at(-1)?.[1] : undefined
    const kind = editableKinds.find(([known]) => known === like?.kind)?.[0] ?? 'string'
    onChange(withAdded(whole, path, key, asKind({ kind: 'string', text: '' }, kind)))
  }
  return (
    <>
      {items.map(([key, value], index) => (
        <Row
          key={index}
          whole={whole}
          name={key}
          value={value}
          path={[...path, index]}
          keyList={keyList}
          remarks={path.length === 0 ? remarks.filter(remark => remark.key === key) : []}
          onChange={onChange}
        />
      ))}
      <div className={styles.add} style={{ paddingInlineStart: path.length * 16 }}>
        <Button kind="quiet" icon={<Plus {...smallIconProps} />} onClick={add}>
          {isArray ? 'Add item' : 'Add key'}
        </Button>
      </div>
    </>
  )
}

interface RowProps extends Omit<RowsProps, 'container'> {
  /** Null for an item of an array. */
  readonly name: string | null
  readonly value: PropertyValue
}

function Row({ whole, name, value, path, keyList, remarks, onChange }: RowProps) {
  const index = path.at(-1) ?? 0
  const what = name ?? `item ${index + 1}`
  const kind = editableKinds.find(([known]) => known === value.kind)?.[0]
  const isContainer = value.kind === 'dictionary' || value.kind === 'array'
  return (
    <>
      <div className={styles.row} data-severity={remarks[0]?.severity}>
        <div className={styles.key} style={{ paddingInlineStart: (path.length - 1) * 16 }}>
          {name === null ? (
            <span className={styles.index}>{index + 1}</span>
          ) : (
            <KeyField
              name={name}
              keyList={keyList}
              onChange={key => onChange(withKeyAt(whole, path, key))}
            />
          )}
        </div>
        {kind === undefined ? (
          <span className={styles.index}>{value.kind}</span>
        ) : (
          <select
            className={styles.kind}
            aria-label={`Kind of ${what}`}
            value={kind}
            onChange={event => {
              const next = asKind(value, event.currentTarget.value as EditableKind)
              onChange(withValueAt(whole, path, next))
            }}
          >
            {editableKinds.map(([known, word]) => (
              <option key={known} value={known}>
                {word}
              </option>
            ))}
          </select>
        )}
        <div className={styles.value}>
          {isContainer || kind === undefined ? (
            <span className={styles.index}>{visibleText(valueLine(value))}</span>
          ) : (
            <ScalarField
              what={what}
              value={value}
              onChange={next => onChange(withValueAt(whole, path, next))}
            />
          )}
        </div>
        <IconButton
          label={`Remove ${what}`}
          icon={<Trash2 {...smallIconProps} />}
          onClick={() => onChange(withoutValueAt(whole, path))}
        />
      </div>
      {remarks.map(remark => (
        <Remark key={remark.sentence} remark={remark} />
      ))}
      {isContainer &&
        (path.length < deepestForm ? (
          <Rows
            whole={whole}
            container={value}
            path={path}
            keyList={undefined}
            remarks={[]}
            onChange={onChange}
          />
        ) : (
          <p className={styles.remark}>It is nested too deep for the form; edit it as XML.</p>
        ))}
    </>
  )
}

const remarkTones = { error: 'bad', warning: 'warn', note: 'idle' } as const

/** What lint has to say of a key. */
export function Remark({ remark }: { readonly remark: PersonalityRemark }) {
  const { severity, sentence, advice } = remark
  return (
    <p className={styles.remark} data-severity={severity}>
      <ToneMark tone={remarkTones[severity]} />
      <span>
        {visibleText(sentence)} {advice !== '' && <span>{visibleText(advice)}</span>}
      </span>
    </p>
  )
}

interface KeyFieldProps {
  readonly name: string
  readonly keyList: string | undefined
  readonly onChange: (key: string) => void
}

function KeyField({ name, keyList, onChange }: KeyFieldProps) {
  return (
    <input
      className={styles.input}
      aria-label={`Key ${name}`}
      value={name}
      list={keyList}
      spellCheck={false}
      autoComplete="off"
      onChange={event => onChange(event.currentTarget.value)}
    />
  )
}

interface ScalarFieldProps {
  readonly what: string
  readonly value: PropertyValue
  readonly onChange: (value: PropertyValue) => void
}

/** Keeps what is being typed until it means something: `0x` is no number yet. */
function ScalarField({ what, value, onChange }: ScalarFieldProps) {
  const shown = scalarText(value)
  const [typed, setTyped] = useState<{ readonly of: string; readonly text: string } | null>(null)
  const text = typed?.of === shown ? typed.text : shown
  const { kind } = value
  if (kind === 'boolean') {
    return (
      <select
        className={styles.input}
        aria-label={`Value of ${what}`}
        value={shown}
        onChange={event =>
          onChange({ kind: 'boolean', value: event.currentTarget.value === 'true' })
        }
      >
        <option value="true">true</option>
        <option value="false">false</option>
      </select>
    )
  }
  if (
    kind !== 'string' &&
    kind !== 'integer' &&
    kind !== 'real' &&
    kind !== 'data' &&
    kind !== 'date'
  ) {
    return null
  }
  const isWrong = readScalar(kind, text) === null
  return (
    <input
      className={styles.input}
      aria-label={`Value of ${what}`}
      aria-invalid={isWrong || undefined}
      title={isWrong ? formOf[kind] : undefined}
      value={text}
      spellCheck={false}
      autoComplete="off"
      onChange={event => {
        const next = event.currentTarget.value
        const read = readScalar(kind, next)
        // What is shown next is what the value says, unless it was typed another way: 0x10 for 16.
        setTyped({ of: read ? scalarText(read) : shown, text: next })
        if (read) onChange(read)
      }}
    />
  )
}

const formOf = {
  string: '',
  integer: 'A whole number: 12, -3, 0x1f',
  real: 'A number: 1.5',
  data: 'Bytes in hexadecimal: 86 80 00 00',
  date: 'As in 2026-01-31T12:00:00Z',
} as const
