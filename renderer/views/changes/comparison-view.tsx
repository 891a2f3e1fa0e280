import { FileDown, ListTree } from 'lucide-react'
import { useMemo, useState } from 'react'
import { describeDiff } from '../../../core/diff/describe-diff.ts'
import { isNothingShared, type Identity } from '../../../core/diff/snapshot-diff.ts'
import { sentenceFor } from '../../../core/failure.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { Comparison } from '../../state/app-state.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { EmptyState } from '../../widgets/empty-state.tsx'
import { iconProps } from '../../widgets/icons.ts'
import { Segmented } from '../../widgets/segmented.tsx'
import { VirtualList, virtualRowClass } from '../../widgets/virtual-list.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { ChangeListView } from './change-list.tsx'
import styles from './comparison.module.css'
import { NoiseRules } from './noise-rules.tsx'
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
  const work = useApp(state => state.compare.work)
  const isSaving = useApp(state => state.compare.isSavingReport)
  const hasTwo = useApp(
    state => (state.timeline.told?.moments.length ?? 0) > 1 || state.current?.comparison,
  )
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
      {work.phase === 'failed' && (
        <Banner tone="bad">{sentenceFor(work.failure)} Choose another capture.</Banner>
      )}
      {work.phase === 'running' && (
        <Banner
          tone="accent"
          actions={
            <Button kind="quiet" onClick={actions.stopComparing}>
              Cancel
            </Button>
          }
        >
          Comparing: {work.step}.
        </Banner>
      )}
      {comparison ? (
        <Result comparison={comparison} />
      ) : (
        work.phase !== 'running' && (
          <EmptyState title="Compare two captures">
            {hasTwo
              ? 'Choose any two of this session above: captures of a guest, files, older sessions.'
              : 'There is one capture so far. Take another one, open a file, or open an older session from the time strip.'}
          </EmptyState>
        )
      )}
      {isSaving && comparison && <ReportDialog comparison={comparison} />}
    </div>
  )
}

function Result({ comparison }: { readonly comparison: Comparison }) {
  const actions = useActions()
  const identity = useApp(state => state.compare.identity)
  const [form, setForm] = useState<'list' | 'text'>('list')
  const { diff } = comparison
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
          <span className={styles.soft}>
            {diff.identity === 'entry-id' ? 'registry entry ID' : 'path, class and location'}:{' '}
            {diff.because}
          </span>
        </span>
      </div>
      <div className={styles.noise}>
        <NoiseRules diff={diff} />
      </div>
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
