import { Download } from 'lucide-react'
import { useActions, useApp } from '../../state/app-context.tsx'
import { Button } from '../../widgets/button.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { Menu, MenuItem } from '../../widgets/menu.tsx'
import { SavePictureDialog, type SavePictureDialogProps } from './save-picture-dialog.tsx'

/** Saves what the picture shows as a file. The dialog is asked for by commands too. */
export function SavePicture(props: Omit<SavePictureDialogProps, 'format'>) {
  const actions = useActions()
  const format = useApp(state => state.pictures.saving)
  return (
    <>
      <Menu
        align="end"
        trigger={
          <Button kind="quiet" icon={<Download {...smallIconProps} />}>
            <span data-words="">Save</span>
          </Button>
        }
      >
        <MenuItem onSelect={() => actions.setPictures({ saving: 'svg' })}>As SVG…</MenuItem>
        <MenuItem onSelect={() => actions.setPictures({ saving: 'png' })}>As PNG…</MenuItem>
      </Menu>
      {format && <SavePictureDialog key={format} {...props} format={format} />}
    </>
  )
}
