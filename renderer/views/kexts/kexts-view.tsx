import { FlaskConical, Package } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { Capture } from '../../../core/contract/types.ts'
import { refKey } from '../../matching/personality-ref.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { whyNoAction, whyNoLook } from '../../state/action-words.ts'
import type { OpenCapture } from '../../state/app-state.ts'
import { Button } from '../../widgets/button.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { FilterField } from '../../widgets/filter-field.tsx'
import { iconProps } from '../../widgets/icons.ts'
import { Segmented } from '../../widgets/segmented.tsx'
import { SplitPane } from '../../widgets/split-pane.tsx'
import { Toolbar } from '../../widgets/toolbar.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { PersonalityPage } from '../matching/personality-page.tsx'
import { filterFieldId } from '../../commands/focus-filter.ts'
import { KextDetails } from './kext-details.tsx'
import { KextTable } from './kext-table.tsx'
import {
  isInScope,
  kextRows,
  kextScopes,
  selectKextRows,
  type KextColumn,
  type KextOrder,
  type KextScope,
} from './kext-rows.ts'
import styles from './kexts-view.module.css'

/** Loaded and installed kexts of the capture. */
export function KextsView() {
  const current = useApp(state => state.current)
  return current && <Kexts current={current} />
}

const scopeWords: Readonly<Record<KextScope, string>> = {
  all: 'All',
  loaded: 'Loaded',
  'not-loaded': 'Not loaded',
  'third-party': 'Third-party',
}

/** What lies in a file need not be what the connected guest has. */
function whyNotHere({ kind, label }: Capture['source']): string | null {
  return kind === 'file'
    ? `These are the kexts of ${visibleText(label)}. Capture the guest to load or unload its own.`
    : null
}

const startsDescending: ReadonlySet<KextColumn> = new Set(['refs', 'size', 'personalities'])

function Kexts({ current }: { readonly current: OpenCapture }) {
  const { kexts, installed, missing, source } = current.capture
  const actions = useActions()
  const selectedKext = useApp(state => state.selectedKext)
  const personality = useApp(state => state.selectedPersonality)
  const connection = useApp(state => state.connection)
  const host = useApp(state => state.host)
  const hostPaths = useApp(state => state.builds.hostPaths)
  const [scope, setScope] = useState<KextScope>('all')
  const [filter, setFilter] = useState('')
  const [order, setOrder] = useState<KextOrder>({ column: 'index', isDescending: true })
  const [detailsWidth, setDetailsWidth] = useState(460)

  const rows = useMemo(() => kextRows(kexts, installed), [kexts, installed])
  const shown = useMemo(
    () => selectKextRows(rows, { scope, filter, order }),
    [rows, scope, filter, order],
  )
  // Something to read at once: the kext that was loaded last, until one is chosen.
  const selected = rows.find(row => row.bundleIdentifier === selectedKext) ?? shown[0] ?? null
  // Without the list of loaded kexts nobody knows which of them are.
  const scopes = kexts
    ? kextScopes
    : kextScopes.filter(one => one === 'all' || one === 'third-party')
  const lacking = missing.filter(({ part }) => /kext/i.test(part))

  const addWhatIf = (
    <Button icon={<FlaskConical {...iconProps} />} onClick={() => actions.askForWhatIf(true)}>
      Add what-if bundle…
    </Button>
  )
  if (rows.length === 0 && personality) {
    return (
      <div className={styles.alone}>
        <PersonalityPage
          key={refKey(personality)}
          snapshot={current.snapshot}
          personality={personality}
          back="Kexts"
        />
      </div>
    )
  }
  if (rows.length === 0) {
    const canTake = source.kind === 'guest' && connection.phase === 'connected'
    return (
      <EmptyState
        icon={<Package size={24} strokeWidth={1.5} />}
        title="This capture has no kexts"
        actions={
          <>
            {canTake && <Button onClick={() => void actions.takeCapture()}>Capture again</Button>}
            {addWhatIf}
          </>
        }
      >
        {lacking[0]?.reason ??
          (source.kind === 'file'
            ? 'A registry dump alone does not say which kexts are loaded. Connect to a guest to see them.'
            : 'The guest gave neither its loaded nor its installed kexts.')}
      </EmptyState>
    )
  }
  const sortBy = (column: KextColumn) =>
    setOrder(now => ({
      column,
      isDescending: now.column === column ? !now.isDescending : startsDescending.has(column),
    }))
  return (
    <div className={styles.view}>
      <Toolbar>
        <Segmented
          label="Which kexts"
          value={scope}
          options={scopes.map(value => ({
            value,
            text: scopeWords[value],
            count: rows.filter(row => isInScope(row, value)).length,
          }))}
          onChange={setScope}
        />
        <div className={styles.filter}>
          <FilterField
            id={filterFieldId}
            label="Filter kexts"
            placeholder="Identifier, path, UUID, class"
            value={filter}
            onChange={setFilter}
          />
        </div>
        <span className={styles.count} role="status">
          {shown.length === rows.length ? '' : `${shown.length} of ${rows.length}`}
        </span>
        <span className={styles.end}>
          <Button icon={<FlaskConical {...iconProps} />} onClick={() => actions.askForWhatIf(true)}>
            Add what-if bundle…
          </Button>
        </span>
      </Toolbar>
      <SplitPane
        direction="row"
        what="details"
        size={detailsWidth}
        min={360}
        max={640}
        onResize={setDetailsWidth}
        first={
          shown.length > 0 ? (
            <KextTable
              rows={shown}
              isLoadKnown={kexts !== null}
              order={order}
              selected={selected?.bundleIdentifier ?? null}
              onSort={sortBy}
              onSelect={actions.selectKext}
            />
          ) : (
            <EmptyState
              title="No kext matches"
              actions={
                <Button
                  onClick={() => {
                    setFilter('')
                    setScope('all')
                  }}
                >
                  Show all kexts
                </Button>
              }
            >
              {filter === ''
                ? `None is ${scopeWords[scope].toLowerCase()}.`
                : `No kext holds “${filter}”.`}
            </EmptyState>
          )
        }
        second={
          personality ? (
            <PersonalityPage
              key={refKey(personality)}
              snapshot={current.snapshot}
              personality={personality}
              back="Kext"
            />
          ) : selected ? (
            <KextDetails
              key={selected.bundleIdentifier}
              row={selected}
              loadedKexts={kexts}
              isInstalledKnown={installed !== null}
              snapshot={current.snapshot}
              blocked={whyNoAction(connection, host) ?? whyNotHere(source)}
              onSelectKext={actions.selectKext}
              onShowEntry={actions.showEntry}
              isOfGuest={source.kind === 'guest' && connection.phase === 'connected'}
              unreachable={whyNoLook(connection) ?? whyNotHere(source)}
              hostPath={hostPaths.get(selected.bundleIdentifier) ?? null}
              onPlan={request => actions.openSheet({ kind: 'plan', request })}
              onRecordExpectations={bundleIdentifier =>
                actions.startRecordingExpectations({
                  bundleIdentifier,
                  bundlePath: hostPaths.get(bundleIdentifier) ?? null,
                  actionId: null,
                })
              }
            />
          ) : (
            <EmptyState title="No kext selected">Choose one to see what it is made of.</EmptyState>
          )
        }
      />
    </div>
  )
}
