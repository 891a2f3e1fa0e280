import { CornerDownLeft, FileClock, ListTree, Terminal } from 'lucide-react'
import { useDeferredValue, useId, useMemo, useState, type KeyboardEvent } from 'react'
import { assertNever } from '../../../core/failure.ts'
import { commandRow } from '../../../core/commands/commands.ts'
import { bindings } from '../../commands/bindings.ts'
import { isMac, keysText } from '../../commands/keys.ts'
import { runCommand } from '../../commands/run-command.ts'
import { useApp, useAppHandle } from '../../state/app-context.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Finder, FinderOption } from '../../widgets/finder.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './help.module.css'
import { paletteItems, type PaletteItem } from './palette-items.ts'

const icons = { command: Terminal, entry: ListTree, file: FileClock } as const

/** Everything the window can do, and every entry of the plane, found by typing (combobox pattern of WAI-ARIA). */
export function CommandPalette() {
  const app = useAppHandle()
  const id = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const current = useApp(state => state.current)
  const plane = useApp(state => state.plane)
  const recentFiles = useApp(state => state.preferences.recentFiles)
  const looked = useDeferredValue(text)
  const items = useMemo(
    () => paletteItems(looked, { current, plane, recentFiles }),
    [looked, current, plane, recentFiles],
  )
  /** The list may be one of some letters ago, which Enter does not wait for. */
  const itemsFor = (typed: string) =>
    typed === looked ? items : paletteItems(typed, { current, plane, recentFiles })
  const chosen = Math.min(at, items.length - 1)

  const close = () => app.actions.showHelp('none')
  const take = (item: PaletteItem | undefined) => {
    if (!item) return
    close()
    switch (item.kind) {
      case 'command':
        // After the dialog has given the focus back: what the command focuses keeps it.
        return void setTimeout(() => runCommand(app, item.id))
      case 'entry':
        return app.actions.showEntry(item.ref)
      case 'file':
        return void app.actions.openDump(item.path)
      default:
        return assertNever(item)
    }
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const last = items.length - 1
    if (event.key === 'ArrowDown') setAt(chosen >= last ? 0 : chosen + 1)
    else if (event.key === 'ArrowUp') setAt(chosen <= 0 ? last : chosen - 1)
    else if (event.key === 'PageDown') setAt(Math.min(last, chosen + 8))
    else if (event.key === 'PageUp') setAt(Math.max(0, chosen - 8))
    else if (event.key === 'Enter') take(itemsFor(event.currentTarget.value)[Math.max(0, at)])
    // Here too: the dialog's own listener does not always hear it while the list is drawn anew.
    else if (event.key === 'Escape') close()
    else return
    event.preventDefault()
  }

  return (
    <Dialog title="Find a command or an entry" onClose={close}>
      <Finder
        id={id}
        label="Command or entry"
        listLabel="Commands and entries"
        placeholder="Type a command, a name or a class"
        text={text}
        onText={typed => {
          setText(typed)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
        count={items.length}
        chosen={chosen}
        nothing={
          <p role="status" className={styles.nothing}>
            {`No command and no entry of ${visibleText(plane)} has “${visibleText(looked)}” in its name.`}
          </p>
        }
      >
        {items.map((item, index) => (
          <Item
            key={keyOf(item)}
            id={`${id}-${index}`}
            item={item}
            isChosen={index === chosen}
            onPoint={() => setAt(index)}
            onTake={() => take(item)}
          />
        ))}
      </Finder>
    </Dialog>
  )
}

function keyOf(item: PaletteItem): string {
  if (item.kind === 'command') return item.id
  return item.kind === 'file' ? item.path : `${item.ref.id}:${item.ref.path}`
}

interface ItemProps {
  readonly id: string
  readonly item: PaletteItem
  readonly isChosen: boolean
  readonly onPoint: () => void
  readonly onTake: () => void
}

function Item({ item, ...option }: ItemProps) {
  const whyNot = useApp(state =>
    item.kind === 'command' ? (bindings[item.id].whyNot?.(state) ?? null) : null,
  )
  const keys = item.kind === 'command' ? commandRow(item.id).keys : undefined
  return (
    <FinderOption
      {...option}
      icon={icons[item.kind]}
      title={visibleText(item.title)}
      aside={whyNot ?? visibleText(item.aside)}
      isBarred={whyNot !== null}
    >
      {keys !== undefined && <kbd className={styles.key}>{keysText(keys, isMac)}</kbd>}
      {option.isChosen && keys === undefined && <CornerDownLeft {...smallIconProps} />}
    </FinderOption>
  )
}
