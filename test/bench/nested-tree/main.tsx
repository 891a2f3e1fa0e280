import { memo, useMemo, useState } from 'react'
import { createRoot } from 'react-dom/client'

// The tree as it is mostly written: a component for each node, which draws its clients inside of itself. The measure
// that the window is held against; it gets the same names, classes and states, in the same order.

interface TreeNode {
  readonly id: number
  readonly name: string
  readonly className: string
  readonly state: string
  readonly clients: readonly TreeNode[]
}

/** Names and classes in depth-first order, with the depth of each. */
type Rows = readonly (readonly [depth: number, name: string, className: string, state: string])[]

function treeOf(rows: Rows): TreeNode {
  const path: { clients: TreeNode[] }[] = []
  let root: TreeNode | null = null
  rows.forEach(([depth, name, className, state], id) => {
    const node = { id, name, className, state, clients: [] }
    path.length = depth
    path.at(-1)?.clients.push(node)
    path.push(node)
    root ??= node
  })
  return root!
}

/** The part of the tree that has the text, with the way to it; null where nothing has. */
function filtered(node: TreeNode, text: string): TreeNode | null {
  const clients = node.clients.flatMap(client => filtered(client, text) ?? [])
  const isHit = `${node.name} ${node.className}`.toLowerCase().includes(text)
  return isHit || clients.length > 0 ? { ...node, clients } : null
}

const Node = memo(function Node({
  node,
  isAllOpen,
  selected,
  onSelect,
}: {
  readonly node: TreeNode
  readonly isAllOpen: boolean
  readonly selected: number
  readonly onSelect: (id: number) => void
}) {
  const [isOpen, setOpen] = useState<boolean | null>(null)
  const shows = isOpen ?? isAllOpen
  return (
    <li>
      <div
        style={{ background: selected === node.id ? '#e3edfb' : undefined }}
        onClick={() => onSelect(node.id)}
      >
        {node.clients.length > 0 && (
          <button onClick={() => setOpen(!shows)}>{shows ? '▾' : '▸'}</button>
        )}
        <span>{node.name}</span> <code>{node.className}</code> <em>{node.state}</em>
      </div>
      {shows && node.clients.length > 0 && (
        <ul>
          {node.clients.map(client => (
            <Node
              key={client.id}
              node={client}
              isAllOpen={isAllOpen}
              selected={selected}
              onSelect={onSelect}
            />
          ))}
        </ul>
      )}
    </li>
  )
})

function App({ root }: { readonly root: TreeNode }) {
  const [isAllOpen, setAllOpen] = useState(false)
  const [text, setText] = useState('')
  const [selected, setSelected] = useState(-1)
  const shown = useMemo(
    () => (text === '' ? root : filtered(root, text.toLowerCase())),
    [root, text],
  )
  return (
    <>
      <input aria-label="Filter" value={text} onChange={event => setText(event.target.value)} />
      <button onClick={() => setAllOpen(true)}>Expand all</button>
      <button onClick={() => setSelected(id => id + 1)}>Next</button>
      <div id="list" style={{ height: 700, overflow: 'auto' }}>
        <ul>
          {shown && (
            <Node
              node={shown}
              isAllOpen={isAllOpen || text !== ''}
              selected={selected}
              onSelect={setSelected}
            />
          )}
        </ul>
      </div>
    </>
  )
}

const rows = (await (await fetch('/rows.json')).json()) as Rows
performance.mark('step:open')
createRoot(document.getElementById('root')!).render(<App root={treeOf(rows)} />)
