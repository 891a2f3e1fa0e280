import { FileDown, ListTree } from 'lucide-react'
import { useId, useMemo, useState } from 'react'
import { describeDiff } from '../../../core/diff/describe-diff.ts'
import { isNothingShared, type Identity } from '../../../core/diff/snapshot-diff.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { Comparison } from '../../state/app-state.ts'
import { Button } from '../../widgets/button.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { iconProps } from '../../widgets/icons.ts'
import { Segmented } from '../../widgets/segmented.tsx'
import { VirtualList, virtualRowClass } from '../../widgets/virtual-list.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { ChooseCaptureDialog } from './choose-capture-dialog.tsx'
import { ChangeListView } from './change-list.tsx'
import styles from './comparison.module.css'
import { NoiseRules, NoiseSwitch } from './noise-rules.tsx'
import { PairChooser } from './pair-chooser.tsx'
import { ReportDialog } from './report-dialog.tsx'

const identities: readonly { readonly value: Identity | 'auto'; readonly text: string }[] = [
  { value: 'auto', text: 'Automatic' },
  { value: 'entry-id', text: 'Entry ID' },
  { value: 'path', text: 'Path' },
]

/** What differs between two captures: which two, how they are compared, and what came of it. */
export function ComparisonView() {
  const actions = useActions()
  const comparison = useApp(state => state.current?.comparison)
  const isRunning = useApp(state => state.compare.work.phase === 'running')
  const choosing = useApp(state => state.compare.choosing)
  const isSaving = useApp(state => state.compare.isSavingReport)
  return (
    <div className={styles.view}>
      <div className={styles.head}>
        <h2 className={styles.title}>Changes</h2>
        <PairChooser />
        {comparison && (
          <div className={styles.buttons}>
            <Button icon={<ListTree {...iconProps} />} onClick={() => actions.setView('registry')}>
              Show in the tree
            </Button>
            <Button
              icon={<FileDown {...iconProps} />}
              onClick={() => actions.askToSaveReport(true)}
            >
              Save report…
            </Button>
          </div>
        )}
      </div>
      {comparison ? (
        <Result comparison={comparison} />
      ) : (
        !isRunning && (
          <EmptyState title="Compare two captures">
            Choose any two above: of this session, a file, a guest, or a session that was kept.
          </EmptyState>
        )
      )}
      {choosing && <ChooseCaptureDialog key={choosing} side={choosing} />}
      {isSaving && comparison && <ReportDialog comparison={comparison} />}
    </div>
  )
}

function Result({ comparison }: { readonly comparison: Comparison }) {
  const actions = useActions()
  const identity = useApp(state => state.compare.identity)
  const noiseId = useId()
  const [showsNoise, setShowsNoise] = useState(false)
  const [form, setForm] = useState<'list' | 'text'>('list')
  const { diff } = comparison
  const because = `${diff.identity === 'entry-id' ? 'registry entry ID' : 'path, class and location'}: ${diff.because}`
  return (
    <>
      <div className={styles.how}>
        <Segmented
          label="As"
          value={form}
          options={[
            { value: 'list', text: 'List' },
            { value: 'text', text: 'Text' },
          ]}
          onChange={setForm}
        />
        <span className={styles.identity}>
          <span className={styles.sideName}>Paired by</span>
          <Segmented
            label="What pairs entries"
            value={identity}
            options={identities}
            onChange={value => void actions.setIdentity(value)}
          />
          <span className={styles.because} title={because}>
            {because}
          </span>
        </span>
        <NoiseSwitch
          diff={diff}
          isOpen={showsNoise}
          controls={noiseId}
          onToggle={() => setShowsNoise(!showsNoise)}
        />
      </div>
      {showsNoise && <NoiseRules diff={diff} id={noiseId} />}
      {isNothingShared(diff) ? (
        <EmptyState title="Nothing to compare">
          No plane is in both: {visibleText(diff.planes.onlyBefore.join(', '))} in the first,{' '}
          {visibleText(diff.planes.onlyAfter.join(', '))} in the second.
        </EmptyState>
      ) : form === 'list' ? (
        <ChangeListView comparison={comparison} />
      ) : (
        <ChangeText comparison={comparison} />
      )}
    </>
  )
}

function ChangeText({ comparison }: { readonly comparison: Comparison }) {
  const { diff, before, after } = comparison
  const lines = useMemo(
    () => describeDiff(diff, before.snapshot, after.snapshot),
    [diff, before, after],
  )
  return (
    <VirtualList
      role="region"
      aria-label="Changes as text"
      tabIndex={0}
      isMono
      height={20}
      count={lines.length}
      renderRow={(index, place) => (
        <div key={index} className={`${virtualRowClass} ${styles.textLine}`} style={place}>
          {visibleText(lines[index]!)}
        </div>
      )}
    />
  )
}
