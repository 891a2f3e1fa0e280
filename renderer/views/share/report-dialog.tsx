import { useState } from 'react'
import type { Capture } from '../../../core/contract/types.ts'
import { suggestedName } from '../../../core/kextant/suggest-name.ts'
import { secretCategoryNames } from '../../../core/redact/secret-rules.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Checkbox } from '../../widgets/field.tsx'
import { sizeText } from '../action/quantities.ts'
import { SaveFileDialog } from '../connect/save-file-dialog.tsx'
import { ShareProgressLine } from './share-progress.tsx'
import styles from './share.module.css'

const ending = '.html'

/** A capture as one HTML file, for whoever has no Kextant. */
export function ReportDialog({ capture }: { readonly capture: Capture }) {
  const actions = useActions()
  const saveFolder = useApp(state => state.saveFolder)
  const before = useApp(state => state.current?.comparison?.before.capture ?? null)
  const [isRedacted, setRedacted] = useState(true)
  const [hasProperties, setProperties] = useState(true)
  return (
    <SaveFileDialog
      title={before ? 'Report on the changes' : 'Report on this capture'}
      ending={ending}
      firstName={suggestedName(capture).replace(/\.kextant$/, ending)}
      firstFolder={saveFolder}
      save={(path, overwrite, signal) =>
        actions.saveReport(
          {
            snapshotId: capture.snapshotId,
            against: before?.snapshotId ?? null,
            hasProperties,
            redaction: isRedacted ? { categories: [...secretCategoryNames], keep: [] } : null,
            path,
            overwrite,
          },
          signal,
        )
      }
      lost="The report in it will be gone."
      savedTitle="Report saved"
      savedText={({ bytes }) =>
        `One file of ${sizeText(bytes)} that any browser opens; nothing else is needed.`
      }
      onClose={() => actions.showFileDialog('none')}
    >
      <div className={styles.choices}>
        <Checkbox
          label="Replace serial numbers, UUIDs, addresses and names"
          hint="“Share redacted…” shows each value."
          isChecked={isRedacted}
          onChange={setRedacted}
        />
        <Checkbox
          label="With the properties of each entry"
          isChecked={hasProperties}
          onChange={setProperties}
        />
        <ShareProgressLine snapshotId={capture.snapshotId} />
      </div>
    </SaveFileDialog>
  )
}
