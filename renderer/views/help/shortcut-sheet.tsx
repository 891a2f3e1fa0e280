import {
  commandMenus,
  keyPlaces,
  type CommandMenu,
  type CommandRow,
} from '../../../core/commands/command-row.ts'
import { commandIds, commandRow } from '../../../core/commands/commands.ts'
import { isMac, keysText } from '../../commands/keys.ts'
import { useActions } from '../../state/app-context.tsx'
import { Button } from '../../widgets/button.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import styles from './help.module.css'

/** All keys of the window, by menu. */
export function ShortcutSheet() {
  const actions = useActions()
  const close = () => actions.showHelp('none')
  const sections = commandMenus
    .map(menu => ({
      menu,
      rows: rowsOf(menu),
    }))
    .filter(({ rows }) => rows.length > 0)
  return (
    <Dialog
      title="Keyboard shortcuts"
      isWide
      onClose={close}
      foot={
        <Button kind="primary" onClick={close}>
          Done
        </Button>
      }
    >
      {/* So that the keys can be scrolled by keys where the window is low. */}
      <div className={styles.sheet} role="group" aria-label="Shortcuts by menu" tabIndex={0}>
        {sections.map(({ menu, rows }) => (
          <section key={menu}>
            <h3>{menu}</h3>
            {places.map(place => (
              <Rows key={place} place={place} rows={rows.filter(({ where }) => where === place)} />
            ))}
          </section>
        ))}
      </div>
    </Dialog>
  )
}

/** Keys that work everywhere come first, without a word. */
const places = [undefined, ...keyPlaces]

interface RowsProps {
  readonly place: CommandRow['keysWork']
  readonly rows: readonly SheetRow[]
}

function Rows({ place, rows }: RowsProps) {
  if (rows.length === 0) return null
  return (
    <>
      {place !== undefined && <h4>{place.replace(/^./, letter => letter.toUpperCase())}</h4>}
      <dl aria-label={place}>
        {rows.map(({ title, keys }) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>
              {keys.map(way =>
                way === '…' ? (
                  way
                ) : (
                  <kbd key={way} className={styles.key}>
                    {way}
                  </kbd>
                ),
              )}
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}

interface SheetRow {
  readonly title: string
  /** Where the keys work; everywhere, unless given. */
  readonly where: CommandRow['keysWork']
  /** As people read them. */
  readonly keys: readonly string[]
}

/** What a menu's commands answer to; nine bookmarks are one row. */
function rowsOf(menu: CommandMenu): readonly SheetRow[] {
  const rows: SheetRow[] = []
  for (const id of commandIds) {
    const { title, keys, menu: own, keysWork: where } = commandRow(id)
    if (own !== menu || keys === undefined) continue
    const ways = keys.split(' ').map(way => keysText(way, isMac))
    const isBookmark = /^go\.bookmark\d$/.test(id)
    const before = rows.at(-1)
    if (isBookmark && before?.title.startsWith(bookmarksTitle)) {
      rows[rows.length - 1] = { ...before, keys: [before.keys[0]!, '…', ...ways] }
    } else {
      rows.push({ title: isBookmark ? bookmarksTitle : title.replace('…', ''), where, keys: ways })
    }
  }
  return rows
}

const bookmarksTitle = 'Go to bookmark 1 to 9'
