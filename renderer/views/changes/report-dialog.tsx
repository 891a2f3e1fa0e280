import { useState } from 'react'
import type { Params } from '../../../core/contract/requests.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { Comparison } from '../../state/app-state.ts'
import { Segmented } from '../../widgets/segmented.tsx'
import { sizeText } from '../action/quantities.ts'
import { SaveFileDialog } from '../connect/save-file-dialog.tsx'

type ReportFormat = Params<'compare.save'>['format']

const formats: readonly {
  readonly value: ReportFormat
  readonly text: string
  readonly ending: string
}[] = [
  { value: 'markdown', text: 'Markdown', ending: '.md' },
  { value: 'text', text: 'Text', ending: '.txt' },
  { value: 'json', text: 'JSON', ending: '.json' },
]

/** Where to save what differs, and in which form. */
export function ReportDialog({ comparison }: { readonly comparison: Comparison }) {
  const actions = useActions()
  const saveFolder = useApp(state => state.saveFolder)
  const [format, setFormat] = useState<ReportFormat>('markdown')
  const { ending } = formats.find(({ value }) => value === format)!
  const day = /^\d{4}-\d{2}-\d{2}/.exec(comparison.after.capture.takenAt)?.[0] ?? 'report'
  return (
    <SaveFileDialog
      key={format}
      title="Save report"
      ending={ending}
      firstName={`changes-${day}${ending}`}
      firstFolder={saveFolder}
      save={(path, overwrite, signal) => actions.saveChanges({ format, path, overwrite }, signal)}
      lost="What is in it will be gone."
      savedTitle="Report saved"
      savedText={({ bytes }) => `${sizeText(bytes)}.`}
      onClose={() => actions.askToSaveReport(false)}
    >
      <Segmented label="Form of the report" value={format} options={formats} onChange={setFormat} />
    </SaveFileDialog>
  )
}
