import { X } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { decodeProperty } from '../../../core/decode/decoders.ts'
import type { DecodeContext } from '../../../core/decode/decode-context.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { propertyValueToJson } from '../../../core/write/value-json.ts'
import { termFor } from '../../filter/filter-terms.ts'
import { sizeOfValue, typeMarks, valueLine } from '../../registry/format-value.ts'
import type { ValueRow } from '../../registry/property-rows.ts'
import { IconButton } from '../../widgets/button.tsx'
import { selectedRange, type ByteSelection } from '../../widgets/hex-keys.ts'
import { hexHeight, HexView } from '../../widgets/hex-view.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { Tabs } from '../../widgets/tabs.tsx'
import { useSize } from '../../widgets/use-size.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import { FilterForButton } from '../filter/filter-for.tsx'
import { IntegerReadings, MarkedLine, TextReadings } from './byte-readings.tsx'
import { CopyValueMenu } from './copy-value-menu.tsx'
import { DecodingPanel } from './decoding-panel.tsx'
import { fieldRows, rangeOf, rowOfByte } from './decoding-rows.ts'
import styles from './value-detail.module.css'

export interface ValueDetailProps {
  readonly row: ValueRow
  /** The entry's property that it stands in. */
  readonly property: { readonly key: string; readonly value: PropertyValue }
  readonly context: DecodeContext
  /** The tab that was chosen last, for whatever value; null for none. */
  readonly tab: string | null
  readonly onTab: (tab: string) => void
  readonly onShowEntry: (id: bigint) => void
  readonly onClose: () => void
  /** It has the place of the list, and so the focus that the list had. */
  readonly isAlone: boolean
}

/** From these widths on the readings stand beside the bytes, and sixteen bytes fit a line. */
const besideFrom = 640
const wideBesideFrom = 860
const wideBelowFrom = 520

/** What the marked bytes say takes one line, at least. */
const markedHeight = 28

/** One value: what it says, read in every way that fits, beside its bytes. */
export function ValueDetail(props: ValueDetailProps) {
  const { row, property, context, tab, onTab, onShowEntry, onClose, isAlone } = props
  const { item, way, meaningKey } = row
  const value = item.value ?? item.before!
  const root = useRef<HTMLElement>(null)
  const { width } = useSize(root)
  const [selection, setSelection] = useState<ByteSelection | null>(null)
  const [pointedByte, setPointedByte] = useState(-1)
  const [pointedField, setPointedField] = useState(-1)
  const [fieldAt, setFieldAt] = useState(-1)
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => {
    // The list took the focus with it when it went. Who walks in the tree keeps it there.
    if (isAlone && document.activeElement === document.body) root.current?.focus()
  }, [isAlone])
  const decodings = useMemo(
    () => decodeProperty({ key: meaningKey, way, value }, context),
    [meaningKey, way, value, context],
  )
  const bytes = bytesOf(value)
  const tabs = tabsOf(value, bytes, decodings)
  const shown = tabs.find(each => each.value === tab)?.value ?? tabs[0]!.value
  const decoding = decodings.find(each => each.decoder === shown)
  const rows = useMemo(() => (decoding ? fieldRows(decoding, toggled) : []), [decoding, toggled])
  const chooseTab = (next: string) => {
    setFieldAt(-1)
    setPointedField(-1)
    setToggled(new Set())
    onTab(next)
  }

  const hot = rangeOf(rows[pointedField >= 0 ? pointedField : fieldAt])
  const byte = pointedByte >= 0 ? pointedByte : (selection?.cursor ?? -1)
  const hotRow = byte >= 0 ? rowOfByte(rows, byte) : -1
  const marked = selection && bytes ? selectedRange(selection) : null
  // The table of integers is wide.
  const isBeside = width >= (shown === 'integers' ? wideBesideFrom : besideFrom)
  const bytesPerRow = width >= (isBeside ? wideBesideFrom : wideBelowFrom) ? 16 : 8
  const range = { start: marked?.start ?? 0, end: marked?.end ?? bytes?.length ?? 0 }
  const focusedRange = rangeOf(rows[fieldAt])
  const name = [property.key, ...way].join(' › ')
  const bytesPart = (all: Uint8Array) => (
    <div
      className={isBeside ? styles.beside : styles.below}
      // Few bytes leave the room to the fields.
      style={
        isBeside
          ? undefined
          : { flexBasis: hexHeight(all.length, bytesPerRow) + (marked ? markedHeight : 0) }
      }
    >
      {all.length === 0 ? (
        <p className={styles.because}>There are no bytes in it.</p>
      ) : (
        <HexView
          label={`Bytes of ${visibleText(name)}`}
          bytes={all}
          before={item.change === 'changed' ? bytesOf(item.before) : null}
          bytesPerRow={bytesPerRow}
          hot={hot}
          selection={selection}
          onSelect={setSelection}
          onPoint={setPointedByte}
          scrollTo={focusedRange?.start ?? -1}
          scrollGeneration={String(fieldAt)}
        />
      )}
      {marked && <MarkedLine bytes={all} {...marked} />}
    </div>
  )
  return (
    <section
      ref={root}
      className={styles.detail}
      aria-label={`Value of ${visibleText(name)}`}
      tabIndex={-1}
      onKeyDown={event => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose()
      }}
    >
      <div className={styles.bar}>
        <h3 className={styles.name} title={visibleText(name)}>
          {visibleText(name)}
        </h3>
        <span className={styles.kind}>
          {typeMarks[value.kind][0]} {sizeWords(value)}
        </span>
        <FilterForButton terms={termsOf(property, way)} what={property.key} />
        <CopyValueMenu
          name={meaningKey}
          value={value}
          marked={marked && bytes ? bytes.subarray(marked.start, marked.end) : null}
        />
        <IconButton label="Close the value" icon={<X {...smallIconProps} />} onClick={onClose} />
      </div>
      {item.change !== null && item.change !== 'same' && <Change row={row} />}
      <Tabs
        label="Ways to read the value"
        value={shown}
        tabs={tabs}
        onChange={chooseTab}
        isAsideBelow={!isBeside}
        {...(bytes ? { aside: bytesPart(bytes) } : {})}
      >
        {decoding ? (
          <DecodingPanel
            decoding={decoding}
            rows={rows}
            at={fieldAt}
            hot={hotRow}
            onAt={setFieldAt}
            onToggle={path => setToggled(before => toggledWith(before, path))}
            onPoint={setPointedField}
            onShowEntry={onShowEntry}
          />
        ) : shown === 'integers' ? (
          <IntegerReadings bytes={bytes!} {...range} />
        ) : shown === 'text' ? (
          <TextReadings bytes={bytes!} {...range} />
        ) : (
          <WholeText value={value} />
        )}
      </Tabs>
    </section>
  )
}

function bytesOf(value: PropertyValue | undefined): Uint8Array | null {
  if (value?.kind === 'data') return value.bytes
  return value?.kind === 'string' && value.bytes ? value.bytes : null
}

function tabsOf(
  value: PropertyValue,
  bytes: Uint8Array | null,
  decodings: ReturnType<typeof decodeProperty>,
): readonly { readonly value: string; readonly text: string }[] {
  const tabs = decodings.map(({ decoder, title }) => ({ value: decoder, text: title }))
  if (bytes) {
    tabs.push({ value: 'integers', text: 'As integers' }, { value: 'text', text: 'As text' })
  }
  if (value.kind !== 'data' && value.kind !== 'integer') {
    const isContainer =
      value.kind === 'array' || value.kind === 'set' || value.kind === 'dictionary'
    tabs.push({ value: 'whole', text: isContainer ? 'JSON' : 'Value' })
  }
  return tabs
}

/** Of a container so much is shown as text; all of it can be copied. */
const longestText = 20_000

function WholeText({ value }: { readonly value: PropertyValue }) {
  const isContainer = value.kind === 'array' || value.kind === 'set' || value.kind === 'dictionary'
  const text = isContainer ? JSON.stringify(propertyValueToJson(value), null, 2) : valueLine(value)
  const shown = text.length > longestText ? text.slice(0, longestText) : text
  return (
    <div className={styles.scroller} tabIndex={0} role="group" aria-label="The value">
      <pre className={styles.text}>{shown.split('\n').map(visibleText).join('\n')}</pre>
      {shown.length < text.length && (
        <p className={styles.because}>
          The first {longestText.toLocaleString('en-US')} of {text.length.toLocaleString('en-US')}{' '}
          characters. Copy it to have all.
        </p>
      )}
    </div>
  )
}

function Change({ row }: { readonly row: ValueRow }) {
  const { value, before, change, noise } = row.item
  return (
    <p className={styles.change}>
      {change === 'added' && 'It was not there before.'}
      {change === 'removed' && 'It is gone; what is shown is what it was.'}
      {change === 'changed' && (
        <>
          <span>Before</span> <del>{visibleText(shortLine(before!))}</del> <span>now</span>{' '}
          <ins>{visibleText(shortLine(value!))}</ins>
        </>
      )}
      {noise !== null && (
        <span className={styles.none}>Noise by the rule “{visibleText(noise)}”.</span>
      )}
    </p>
  )
}

function shortLine(value: PropertyValue): string {
  return valueLine(value).slice(0, 200)
}

function sizeWords(value: PropertyValue): string {
  if (value.kind === 'data') return `· ${value.bytes.length.toLocaleString('en-US')} bytes`
  if (value.kind === 'string') return `· ${value.text.length.toLocaleString('en-US')} characters`
  const size = sizeOfValue(value)
  return size === '' ? '' : `· ${size} ${value.kind === 'dictionary' ? 'keys' : 'items'}`
}

/** The property as it is, and that it is there. Values inside one are found by their key. */
function termsOf(property: ValueDetailProps['property'], way: readonly string[]) {
  const key = termFor.key(property.key)
  if (way.length > 0) return [key]
  const exact = termFor.property(property.key, property.value)
  return exact.text === key.text ? [key] : [exact, key]
}

function toggledWith(before: ReadonlySet<string>, path: string): ReadonlySet<string> {
  const after = new Set(before)
  if (!after.delete(path)) after.add(path)
  return after
}
