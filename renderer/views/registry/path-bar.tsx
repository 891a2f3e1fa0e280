import { ChevronRight, Ellipsis, PencilLine } from 'lucide-react'
import { useRef, useState } from 'react'
import { nodeLabel, nodePath } from '../../../core/registry/paths.ts'
import type { NodeIndex, PlaneTable, Snapshot } from '../../../core/registry/snapshot.ts'
import { useWidth } from '../../charts/use-width.ts'
import { CommandButton } from '../../commands/command-button.tsx'
import { hiddenSegments } from '../../registry/fit-segments.ts'
import { refOfNode } from '../../registry/selection.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { Menu, MenuItem } from '../../widgets/menu.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './path-bar.module.css'
import { PathField } from './path-field.tsx'

export interface PathBarProps {
  readonly snapshot: Snapshot
  readonly plane: PlaneTable
  /** The selected node, -1 for none in this plane. */
  readonly node: NodeIndex
}

/** The way to the selected entry; a field for typing another one when it is clicked, or asked for by its keys. */
export function PathBar({ snapshot, plane, node }: PathBarProps) {
  const requests = useApp(state => state.navigation.pathRequests)
  const [edited, setEdited] = useState({ requests, isOpen: false })
  // A new request opens it; what was there when the bar came does not.
  const isEditing = edited.isOpen || requests !== edited.requests
  const close = () => setEdited({ requests, isOpen: false })
  if (isEditing) {
    return (
      <PathField
        key={requests}
        snapshot={snapshot}
        plane={plane}
        initial={node === -1 ? `${plane.plane}:/` : nodePath(snapshot, plane, node)}
        onClose={close}
      />
    )
  }
  const open = () => setEdited({ requests, isOpen: true })
  return <Segments snapshot={snapshot} plane={plane} node={node} onEdit={open} />
}

interface SegmentsProps extends PathBarProps {
  readonly onEdit: () => void
}

/** Room that a step takes beside its text, and that of the menu. */
const padding = 26
const longest = 220
const menuWidth = 44

function Segments({ snapshot, plane, node, onEdit }: SegmentsProps) {
  const actions = useActions()
  const list = useRef<HTMLOListElement>(null)
  const room = useWidth(list, 400)
  const [textWidth] = useState(measuring)
  const way: NodeIndex[] = []
  for (let n = node; n !== -1; n = plane.parent[n]!) way.push(n)
  way.reverse()
  const labels = way.map(n => visibleText(nodeLabel(snapshot, plane, n)))
  const widths = labels.map(label => Math.min(longest, textWidth(label) + padding))
  const { from, to } = hiddenSegments(widths, room, menuWidth)
  const go = (n: NodeIndex) => actions.showEntry(refOfNode(snapshot, plane, n))
  return (
    <nav className={styles.bar} aria-label="Path">
      {/* The blank part of the bar, as in a browser; the keyboard has the button at its end. */}
      <ol
        ref={list}
        className={styles.steps}
        onClick={event => event.target === event.currentTarget && onEdit()}
      >
        {node === -1 && (
          <li className={styles.nowhere}>
            {way.length === 0 ? `No place in ${plane.plane} is selected` : ''}
          </li>
        )}
        {way.map((n, index) => {
          if (index >= from && index < to && index !== from) return null
          const isMenu = index >= from && index < to
          return (
            <li key={n} className={styles.step}>
              {index > 0 && <ChevronRight {...smallIconProps} />}
              {isMenu ? (
                <Menu
                  isInView
                  trigger={
                    <button
                      type="button"
                      className={styles.segment}
                      aria-label={`${to - from} steps between`}
                    >
                      <Ellipsis {...smallIconProps} />
                    </button>
                  }
                >
                  {way.slice(from, to).map((hidden, offset) => (
                    <MenuItem key={hidden} onSelect={() => go(hidden)}>
                      {labels[from + offset]}
                    </MenuItem>
                  ))}
                </Menu>
              ) : (
                <button
                  type="button"
                  className={styles.segment}
                  aria-current={n === node ? 'location' : undefined}
                  title={labels[index]}
                  onClick={() => go(n)}
                >
                  {labels[index]}
                </button>
              )}
            </li>
          )
        })}
      </ol>
      <CommandButton command="go.path" icon={<PencilLine {...smallIconProps} />} />
    </nav>
  )
}

/** Widths of texts as the bar draws them, without asking the page to lay itself out. */
function measuring(): (text: string) => number {
  const about = (text: string) => text.length * 7
  if (typeof document === 'undefined') return about
  const context = document.createElement('canvas').getContext('2d')
  if (!context) return about
  context.font = `12px ${getComputedStyle(document.body).fontFamily}`
  return text => context.measureText(text).width
}
