import { useState } from 'react'
import type { Params } from '../../../core/contract/requests.ts'
import type { ActionSummary } from '../../../core/contract/types.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Segmented } from '../../widgets/segmented.tsx'
import { countText, sizeText } from '../action/quantities.ts'
import { SaveFileDialog } from '../connect/save-file-dialog.tsx'

export type ExportFormat = Params<'action.export'>['format']

export const exportFormats: readonly {
  readonly format: ExportFormat
  readonly text: string
  readonly hint: string
  readonly ending: string
}[] = [
  {
    format: 'sh',
    text: 'Shell script…',
    hint: 'The commands, to run again in the guest',
    ending: '.sh',
  },
  { format: 'json', text: 'JSON…', hint: 'Everything, to run again or to read', ending: '.json' },
  { format: 'junit', text: 'JUnit…', hint: 'What was asked and how it stood', ending: '.xml' },
  { format: 'tap', text: 'TAP…', hint: 'The same as lines of text', ending: '.tap' },
]

/** The contract's own limit. */
const mostActions = 500

export interface ExportDialogProps {
  readonly format: ExportFormat
  readonly selected: ActionSummary
  /** What the list shows. */
  readonly shown: readonly ActionSummary[]
  readonly onClose: () => void
}

/** Where to save actions, and whether the one or all that are shown. */
export function ExportDialog({ format, selected, shown, onClose }: ExportDialogProps) {
  const actions = useActions()
  const saveFolder = useApp(state => state.saveFolder)
  const [scope, setScope] = useState<'one' | 'shown'>('one')
  const { text, ending } = exportFormats.find(known => known.format === format)!
  const taken = shown.slice(0, mostActions)
  // A script runs from its beginning, and the history has the newest first.
  const ids = scope === 'one' ? [selected.id] : taken.map(({ id }) => id).toReversed()
  return (
    <SaveFileDialog
      title={`Export as ${text.replace('…', '')}`}
      ending={ending}
      firstName={`${nameFor(selected)}${ending}`}
      firstFolder={saveFolder}
      save={(path, overwrite, signal) =>
        actions.exportActions({ actionIds: ids, format, path, overwrite }, signal)
      }
      lost="What was exported to it goes with it."
      savedTitle="Exported"
      savedText={({ bytes }) => `${countText(ids.length, 'action')}, ${sizeText(bytes)}.`}
      onClose={onClose}
    >
      {shown.length > 1 && (
        <Segmented
          label="What to export"
          value={scope}
          options={[
            { value: 'one', text: 'The selected action' },
            { value: 'shown', text: 'All that are shown', count: taken.length },
          ]}
          onChange={setScope}
        />
      )}
    </SaveFileDialog>
  )
}

function nameFor({ title, startedAt }: ActionSummary): string {
  const words = title.toLowerCase().match(/[a-z0-9]+/g) ?? ['action']
  const day = /^\d{4}-\d{2}-\d{2}/.exec(startedAt)?.[0]
  return [...words.slice(0, 6), ...(day ? [day] : [])].join('-')
}
