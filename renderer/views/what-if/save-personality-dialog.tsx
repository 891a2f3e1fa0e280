import { useState } from 'react'
import { FailureError } from '../../../core/failure.ts'
import { dictionaryXml } from '../../matching/personality-xml.ts'
import type { WhatIfPersonality } from '../../matching/what-if.ts'
import { useActions } from '../../state/app-context.tsx'
import { Checkbox } from '../../widgets/field.tsx'
import { SaveFileDialog } from '../connect/save-file-dialog.tsx'
import styles from './add-what-if-dialog.module.css'

export interface SavePersonalityDialogProps {
  readonly item: WhatIfPersonality
  readonly onClose: () => void
}

/** Where to save an edited personality: alone, or in a copy of the Info.plist that it is from. */
export function SavePersonalityDialog({ item, onClose }: SavePersonalityDialogProps) {
  const actions = useActions()
  const base = item.bundle.isOnHost ? item.bundle.path : null
  const [isWhole, setWhole] = useState(base !== null)
  return (
    <SaveFileDialog
      title="Save as Info.plist"
      ending=".plist"
      firstName="Info.plist"
      firstFolder={null}
      save={(path, overwrite) => {
        const written = dictionaryXml(item.properties)
        if (!written.ok) throw new FailureError({ kind: 'busy', detail: written.why })
        return actions.savePersonality({
          path,
          overwrite,
          name: item.name,
          xml: written.text,
          base: isWhole ? base : null,
        })
      }}
      lost="What is in it will be gone, comments too."
      savedTitle="Info.plist saved"
      onClose={onClose}
    >
      <p className={styles.text}>
        Keys stay in their order; comments are not kept. The guest is not touched.
      </p>
      {base !== null && (
        <Checkbox
          label="With everything else of its Info.plist"
          hint={`All of ${base}, with this personality in the place of the one of its name`}
          isChecked={isWhole}
          onChange={setWhole}
        />
      )}
    </SaveFileDialog>
  )
}
