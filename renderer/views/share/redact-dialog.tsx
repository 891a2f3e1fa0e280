import { useEffect, useMemo, useState } from 'react'
import type { RedactedValue, RedactionPreview } from '../../../core/contract/share-types.ts'
import type { Capture } from '../../../core/contract/types.ts'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import { kextantEnding, suggestedName } from '../../../core/kextant/suggest-name.ts'
import {
  secretCategories,
  secretCategoryNames,
  type SecretCategory,
} from '../../../core/redact/secret-rules.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { failureOf } from '../../state/store.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Checkbox } from '../../widgets/field.tsx'
import { FilterField } from '../../widgets/filter-field.tsx'
import { countText, sizeText } from '../action/quantities.ts'
import { SaveFileDialog } from '../connect/save-file-dialog.tsx'
import { RedactedValues } from './redacted-values.tsx'
import { ShareProgressLine } from './share-progress.tsx'
import styles from './share.module.css'

/** What is replaced before a capture is shared: looked through, value by value, then saved. */
export function RedactDialog({ capture }: { readonly capture: Capture }) {
  const actions = useActions()
  const saveFolder = useApp(state => state.saveFolder)
  const { snapshotId } = capture
  const [preview, setPreview] = useState<RedactionPreview | Failure | null>(null)
  const [categories, setCategories] = useState<ReadonlySet<SecretCategory>>(
    new Set(secretCategoryNames),
  )
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set())
  const [filter, setFilter] = useState('')
  const [isSaving, setSaving] = useState(false)
  const close = () => actions.showFileDialog('none')

  useEffect(() => {
    const controller = new AbortController()
    const params = { snapshotId, categories: [...secretCategoryNames], keep: [] }
    actions.previewRedaction(params, controller.signal).then(
      found => !controller.signal.aborted && setPreview(found),
      (error: unknown) => !controller.signal.aborted && setPreview(failureOf(error)),
    )
    return () => controller.abort()
  }, [actions, snapshotId])

  const values = preview && 'values' in preview ? preview.values : none
  const inCategories = useMemo(
    () => values.filter(({ category }) => categories.has(category)),
    [values, categories],
  )
  const replacedCount = inCategories.filter(({ id }) => !kept.has(id)).length

  if (isSaving) {
    return (
      <SaveFileDialog
        title="Save redacted capture"
        ending={kextantEnding}
        firstName={suggestedName(capture).replace(kextantEnding, `-redacted${kextantEnding}`)}
        firstFolder={saveFolder}
        save={(path, overwrite, signal) =>
          actions.saveRedacted(
            { snapshotId, categories: [...categories], keep: [...kept], path, overwrite },
            signal,
          )
        }
        lost="What is in it will be gone."
        savedTitle="Redacted capture saved"
        savedText={({ bytes }) =>
          `${countText(replacedCount, 'value')} replaced, ${sizeText(bytes)}. Open it once before you share it: what it shows is all that is in it.`
        }
        onClose={close}
      >
        <ShareProgressLine snapshotId={snapshotId} />
      </SaveFileDialog>
    )
  }
  const failure = preview && !('values' in preview) ? preview : null
  return (
    <Dialog
      title="Share without what tells of this machine"
      isWide
      onClose={close}
      foot={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            kind="primary"
            disabled={preview === null || failure !== null || categories.size === 0}
            onClick={() => setSaving(true)}
          >
            Save redacted…
          </Button>
        </>
      }
    >
      <div className={styles.dialog}>
        <p className={styles.lead}>
          Each value below is replaced by a pseudonym of the same length, everywhere it stands: in
          names, in properties, inside of data, in the kernel log. The same value has the same
          pseudonym in every file you share. What has no known key and no known look is not found.
        </p>
        {failure && (
          <Banner tone="bad" isInset>
            {sentenceFor(failure)}
          </Banner>
        )}
        {preview === null && (
          <ShareProgressLine snapshotId={snapshotId} before="Looking through the capture…" />
        )}
        {preview && 'values' in preview && (
          <>
            <fieldset className={styles.categories}>
              <legend>Replace</legend>
              {secretCategoryNames.map(name => (
                <Checkbox
                  key={name}
                  label={`${secretCategories[name]} (${countOf(values, name)})`}
                  isChecked={categories.has(name)}
                  onChange={isChecked => setCategories(changed(categories, name, isChecked))}
                />
              ))}
            </fieldset>
            <div className={styles.bar}>
              <span role="status">
                {`${replacedCount.toLocaleString('en-US')} of ${countText(values.length, 'value')} replaced`}
              </span>
              <FilterField
                label="Find a value or key"
                placeholder="Find a value or key"
                value={filter}
                onChange={setFilter}
                isSlim
              />
            </div>
            <RedactedValues
              values={inCategories}
              filter={filter}
              kept={kept}
              onKeep={(id, isKept) => setKept(changed(kept, id, isKept))}
            />
            {preview.notLookedInto.map(sentence => (
              <Banner key={sentence} tone="warn" isInset>
                {sentence}
              </Banner>
            ))}
          </>
        )}
      </div>
    </Dialog>
  )
}

const none: readonly RedactedValue[] = []

function countOf(values: readonly RedactedValue[], category: SecretCategory): string {
  return values.filter(value => value.category === category).length.toLocaleString('en-US')
}

function changed<T>(set: ReadonlySet<T>, item: T, isIn: boolean): ReadonlySet<T> {
  const after = new Set(set)
  if (isIn) after.add(item)
  else after.delete(item)
  return after
}
