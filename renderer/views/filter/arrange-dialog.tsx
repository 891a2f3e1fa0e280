import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button, IconButton } from '../../widgets/button.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { iconProps } from '../../widgets/icons.ts'
import { moved } from '../../filter/saved-filters.ts'
import styles from './arrange-dialog.module.css'
import { ChoiceList } from './choice-list.tsx'

export interface ArrangeDialogProps<T extends { readonly id: string }> {
  readonly title: string
  /** What one of them is called: `filter`. */
  readonly what: string
  readonly items: readonly T[]
  readonly onItems: (items: readonly T[]) => void
  readonly chosen: string | null
  readonly onChoose: (id: string | null) => void
  readonly makeNew: () => T
  readonly onToggle?: (id: string) => void
  readonly renderItem: (item: T) => ReactNode
  readonly renderEditor: (item: T) => ReactNode
  /** Said where there is none. */
  readonly nothing: ReactNode
  /** Why it cannot be saved as it is, or null. */
  readonly whyNot: string | null
  readonly onSave: () => void
  readonly onClose: () => void
  /** More buttons of the foot. */
  readonly more?: ReactNode
}

/** Things with names in an order of their own, the chosen one to be edited beside the list. Nothing changes until saved. */
export function ArrangeDialog<T extends { readonly id: string }>(props: ArrangeDialogProps<T>) {
  const { title, what, items, onItems, chosen, onChoose, whyNot, onSave, onClose } = props
  const at = items.findIndex(({ id }) => id === chosen)
  const item = items[at]
  const remove = (id: string) => {
    const index = items.findIndex(one => one.id === id)
    const rest = items.filter(one => one.id !== id)
    onItems(rest)
    onChoose(rest[Math.min(index, rest.length - 1)]?.id ?? null)
  }
  const add = () => {
    const made = props.makeNew()
    onItems([...items, made])
    onChoose(made.id)
  }
  return (
    <Dialog
      title={title}
      onClose={onClose}
      isWide
      foot={
        <>
          {props.more}
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" whyNot={whyNot} onClick={onSave}>
            Save
          </Button>
        </>
      }
    >
      <div className={styles.columns}>
        <div className={styles.side}>
          <ChoiceList
            label={title}
            items={items}
            chosen={chosen}
            onChoose={onChoose}
            onMove={(index, step) => onItems(moved(items, index, step))}
            onRemove={remove}
            {...(props.onToggle ? { onToggle: props.onToggle } : {})}
            renderItem={props.renderItem}
          />
          <div className={styles.tools}>
            <IconButton label={`New ${what}`} icon={<Plus {...iconProps} />} onClick={add} />
            <IconButton
              label={`Delete the ${what}`}
              icon={<Trash2 {...iconProps} />}
              disabled={!item}
              onClick={() => item && remove(item.id)}
            />
            <span className={styles.spring} />
            <IconButton
              label="Move up (Alt+↑)"
              icon={<ArrowUp {...iconProps} />}
              disabled={at < 1}
              onClick={() => onItems(moved(items, at, -1))}
            />
            <IconButton
              label="Move down (Alt+↓)"
              icon={<ArrowDown {...iconProps} />}
              disabled={at === -1 || at === items.length - 1}
              onClick={() => onItems(moved(items, at, 1))}
            />
          </div>
        </div>
        <div className={styles.editor} key={item?.id}>
          {item ? (
            props.renderEditor(item)
          ) : (
            <div className={styles.nothing}>
              {props.nothing}
              <Button icon={<Plus {...iconProps} />} onClick={add}>
                Add a {what}
              </Button>
            </div>
          )}
        </div>
      </div>
    </Dialog>
  )
}
