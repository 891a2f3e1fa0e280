import { ArrowRight, ChevronDown, ChevronRight } from 'lucide-react'
import {
  useDeferredValue,
  useId,
  useMemo,
  useState,
  type CSSProperties,
  type KeyboardEvent,
} from 'react'
import type { ChangeDetail } from '../../../core/diff/change-details.ts'
import type { Comparison } from '../../state/app-state.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { refOfEntry } from '../../registry/selection.ts'
import { classNames } from '../../widgets/class-names.ts'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { FilterField } from '../../widgets/filter-field.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { placeAfter } from '../../widgets/list-keys.ts'
import { Mono } from '../../widgets/mono.tsx'
import { Spoken } from '../../widgets/spoken.tsx'
import { VirtualList, virtualRowClass } from '../../widgets/virtual-list.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { changeFilter, lazyHaystacks } from './change-filter.ts'
import {
  changeKinds,
  changeList,
  changeRows,
  classOf,
  detailReader,
  nameOf,
  placeOf,
  shownItems,
  type ChangeKind,
} from './change-rows.ts'
import styles from './comparison.module.css'

const signs: Readonly<Record<ChangeKind, string>> = {
  new: '+',
  gone: '−',
  moved: '→',
  changed: '~',
}
/** Lists up to this long begin with everything open. */
const openedUpTo = 60

/** What differs, entry by entry; below each what of it, property by property, before and after. */
export function ChangeListView({ comparison }: { readonly comparison: Comparison }) {
  const actions = useActions()
  const plane = useApp(state => state.plane)
  const id = useId()
  const [text, setText] = useState('')
  const [kinds, setKinds] = useState<ReadonlySet<ChangeKind>>(new Set(changeKinds))
  const [toggled, setToggled] = useState<ReadonlySet<number>>(new Set())
  const [selected, setSelected] = useState(0)
  const list = useMemo(() => changeList(comparison, false), [comparison])
  const detailsOf = useMemo(() => detailReader(list, comparison, false), [list, comparison])
  const wanted = useDeferredValue(text)
  const haystacks = useMemo(() => lazyHaystacks(list, comparison), [list, comparison])
  const filter = useMemo(
    () => changeFilter(wanted, list, comparison, haystacks),
    [wanted, list, comparison, haystacks],
  )
  const items = useMemo(() => shownItems(list, kinds, filter.passes), [list, kinds, filter])
  const isOpenAtFirst = list.length <= openedUpTo
  const rows = useMemo(
    () => changeRows(items, item => toggled.has(item) !== isOpenAtFirst, detailsOf),
    [items, toggled, isOpenAtFirst, detailsOf],
  )
  const { snapshot } = comparison.merged
  const at = Math.min(selected, rows.length - 1)

  const toggle = (item: number) =>
    setToggled(before => {
      const after = new Set(before)
      if (!after.delete(item)) after.add(item)
      return after
    })
  const show = (item: number) => actions.showEntry(refOfEntry(snapshot, list.entry[item]!, plane))
  const isOpen = (item: number) => toggled.has(item) !== isOpenAtFirst
  const canOpen = (item: number) => list.row[item]! >= 0

  const onKeyDown = (event: KeyboardEvent) => {
    const to = placeAfter(event.key, at, rows.length, 20)
    const item = rows.item[at]
    if (to !== null) setSelected(to)
    else if (item === undefined) return
    else if (event.key === 'Enter') show(item)
    else if (event.key === 'ArrowRight' && canOpen(item) && !isOpen(item)) toggle(item)
    else if (event.key === 'ArrowLeft' && isOpen(item)) {
      setSelected(rows.item.indexOf(item))
      toggle(item)
    } else return
    event.preventDefault()
  }

  return (
    <section className={styles.list} aria-label="List of changes">
      <div className={styles.listBar}>
        <div className={styles.listFilter}>
          <FilterField
            label="Filter the changes"
            placeholder="Filter: name, class:…, key:…"
            value={text}
            onChange={setText}
            isSlim
          />
        </div>
        <div role="group" aria-label="Kinds of change" className={styles.kinds}>
          {changeKinds.map(kind => (
            <button
              key={kind}
              type="button"
              aria-pressed={kinds.has(kind)}
              className={classNames(styles.kind, styles[kind])}
              onClick={() => {
                const next = new Set(kinds)
                if (!next.delete(kind)) next.add(kind)
                setKinds(next)
              }}
            >
              <span aria-hidden="true">{signs[kind]}</span>
              {kind}
              <span className={styles.number}>{list.counts[kind].toLocaleString('en-US')}</span>
            </button>
          ))}
        </div>
        <span className={styles.hint} role="status">
          {filter.problem === null ? 'Enter shows the entry in the tree' : filter.problem}
        </span>
      </div>
      {rows.length === 0 ? (
        <EmptyState title={list.length === 0 ? 'No differences' : 'Nothing fits'}>
          {list.length === 0
            ? 'What differs between these two is noise, or nothing at all.'
            : 'Empty the filter, or show more kinds of change.'}
        </EmptyState>
      ) : (
        <VirtualList
          role="treegrid"
          aria-label="Changes"
          aria-rowcount={rows.length}
          aria-activedescendant={`${id}-${at}`}
          tabIndex={0}
          count={rows.length}
          keep={at}
          scrollTo={at}
          scrollGeneration={at}
          onKeyDown={onKeyDown}
          renderRow={(index, place) => {
            const item = rows.item[index]!
            const detail = rows.detail[index]!
            const common = {
              id: `${id}-${index}`,
              isSelected: index === at,
              index,
              place,
              onSelect: () => setSelected(index),
            }
            if (detail >= 0) {
              return (
                <DetailRow
                  key={`${item}-${detail}`}
                  {...common}
                  detail={detailsOf(item)[detail]!}
                />
              )
            }
            const kind = changeKinds[list.kind[item]!]!
            const entry = list.entry[item]!
            return (
              <div
                key={item}
                id={common.id}
                role="row"
                aria-level={1}
                aria-rowindex={index + 1}
                aria-selected={common.isSelected}
                aria-expanded={canOpen(item) ? isOpen(item) : undefined}
                className={classNames(
                  virtualRowClass,
                  styles.entry,
                  common.isSelected && styles.selected,
                )}
                style={place}
                onClick={() => setSelected(index)}
                onDoubleClick={() => show(item)}
              >
                <span role="gridcell" className={classNames(styles.sign, styles[kind])}>
                  <span
                    className={styles.fold}
                    onClick={() => canOpen(item) && toggle(item)}
                    aria-hidden="true"
                  >
                    {canOpen(item) &&
                      (isOpen(item) ? (
                        <ChevronDown {...smallIconProps} />
                      ) : (
                        <ChevronRight {...smallIconProps} />
                      ))}
                  </span>
                  <span aria-hidden="true">{signs[kind]}</span>
                  <span className={styles.word}>{kind}</span>
                </span>
                <span
                  role="gridcell"
                  className={classNames(styles.name, kind === 'gone' && styles.struck)}
                >
                  {visibleText(nameOf(snapshot, entry)) || 'without a name'}
                </span>
                <span role="gridcell" className={styles.class}>
                  <Mono isClipped isSoft>
                    {classOf(snapshot, entry)}
                  </Mono>
                </span>
                <span role="gridcell" className={styles.where}>
                  <Mono isClipped isSoft>
                    {placeOf(snapshot, entry)}
                  </Mono>
                </span>
              </div>
            )
          }}
        />
      )}
    </section>
  )
}

interface DetailRowProps {
  readonly id: string
  readonly index: number
  readonly isSelected: boolean
  readonly place: CSSProperties
  readonly detail: ChangeDetail
  readonly onSelect: () => void
}

function DetailRow({ id, index, isSelected, place, detail, onSelect }: DetailRowProps) {
  const { what, before, after } = detail
  return (
    <div
      id={id}
      role="row"
      aria-level={2}
      aria-rowindex={index + 1}
      aria-selected={isSelected}
      className={classNames(virtualRowClass, styles.detail, isSelected && styles.selected)}
      style={place}
      onClick={onSelect}
    >
      <span role="gridcell" className={styles.what}>
        <Mono isClipped>{what}</Mono>
      </span>
      <span role="gridcell" className={styles.values}>
        {before === null ? (
          <span className={styles.absent}>not there</span>
        ) : (
          <span className={styles.old}>
            <Mono isClipped>{before}</Mono>
          </span>
        )}
        <span className={styles.arrow}>
          <ArrowRight {...smallIconProps} />
          <Spoken>, now </Spoken>
        </span>
        {after === null ? (
          <span className={styles.absent}>not there</span>
        ) : (
          <span className={styles.now}>
            <Mono isClipped>{after}</Mono>
          </span>
        )}
      </span>
    </div>
  )
}
