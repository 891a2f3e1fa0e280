import { useMemo } from 'react'
import type { LibraryGraph, LibraryNode } from '../../core/preflight/preflight-report.ts'
import { classNames } from '../widgets/class-names.ts'
import { Disclosure } from '../widgets/disclosure.tsx'
import { DataTable } from '../widgets/data-table.tsx'
import { Mono } from '../widgets/mono.tsx'
import { StateMark, ToneMark, type Tone } from '../widgets/state-mark.tsx'
import { visibleText } from '../widgets/visible-text.ts'
import { layOutLibraries, libraryBox } from './library-graph-layout.ts'
import styles from './library-graph.module.css'

/** More boxes than anybody follows lines between; the table says the same. */
const drawnAtMost = 60
/** Characters of the text that a box has room for. */
const longestName = 28

/** What a kext is linked against, drawn in layers, and as a table. */
export function LibraryGraphView({ graph }: { readonly graph: LibraryGraph }) {
  const { nodes } = graph
  const isDrawn = nodes.length > 1 && nodes.length <= drawnAtMost
  return (
    <div className={styles.graph}>
      {isDrawn && <Drawing graph={graph} />}
      {isDrawn ? (
        <Disclosure isMinor title="As a table">
          <LibraryTable graph={graph} />
        </Disclosure>
      ) : (
        <LibraryTable graph={graph} />
      )}
    </div>
  )
}

function Drawing({ graph }: { readonly graph: LibraryGraph }) {
  const picture = useMemo(() => layOutLibraries(graph), [graph])
  const { width, height, places, links } = picture
  return (
    <div className={styles.frame} tabIndex={0} role="group" aria-label="Picture of the libraries">
      <svg
        width={width + 2}
        height={height + 2}
        viewBox={`-1 -1 ${width + 2} ${height + 2}`}
        role="img"
        aria-label={librarySummary(graph)}
      >
        {links.map(({ path, isSatisfied }, index) => (
          <path
            key={index}
            d={path}
            className={classNames(styles.link, !isSatisfied && styles.unsatisfied)}
          />
        ))}
        {places.map(({ node, x, y }) => (
          <Box key={node} node={graph.nodes[node]!} isRoot={node === 0} x={x} y={y} />
        ))}
      </svg>
    </div>
  )
}

interface BoxProps {
  readonly node: LibraryNode
  readonly isRoot: boolean
  readonly x: number
  readonly y: number
}

function Box({ node, isRoot, x, y }: BoxProps) {
  const [tone, word] = stateOf(node, isRoot)
  const name = visibleText(node.bundleIdentifier)
  const { width, height } = libraryBox
  return (
    <g transform={`translate(${x},${y})`}>
      <title>{node.problem === null ? name : `${name}: ${visibleText(node.problem)}`}</title>
      <rect
        width={width}
        height={height}
        rx={5}
        className={classNames(styles.box, isRoot && styles.root, tone === 'bad' && styles.bad)}
      />
      <text x={10} y={15} className={styles.name}>
        {clipped(name)}
      </text>
      <g transform={`translate(10,${height - 15})`}>
        <ToneMark tone={tone} />
      </g>
      <text x={26} y={height - 6} className={styles.state}>
        {node.version === null ? word : `${word} · ${visibleText(node.version)}`}
      </text>
    </g>
  )
}

function LibraryTable({ graph }: { readonly graph: LibraryGraph }) {
  return (
    <DataTable label="Libraries" columns={['Kext', 'State', 'Version', 'Asked for']}>
      {graph.nodes.map((node, index) => {
        const [tone, word] = stateOf(node, index === 0)
        const wanted = graph.edges.filter(({ to }) => to === index)
        return (
          <tr key={index}>
            <th scope="row">
              <Mono>{node.bundleIdentifier}</Mono>
              {node.problem !== null && (
                <p className={styles.problem}>{visibleText(node.problem)}</p>
              )}
            </th>
            <td>
              <StateMark tone={tone}>{word}</StateMark>
            </td>
            <td>{node.version === null ? '–' : <Mono>{node.version}</Mono>}</td>
            <td>
              {wanted.map(({ from, wantedVersion, isSatisfied }, at) => (
                <p key={at}>
                  <Mono>{wantedVersion}</Mono>
                  {graph.nodes.length > 2 && from !== 0 && (
                    <span className={styles.soft}>
                      {` by ${visibleText(graph.nodes[from]!.bundleIdentifier)}`}
                    </span>
                  )}
                  {!isSatisfied && ', not satisfied'}
                </p>
              ))}
            </td>
          </tr>
        )
      })}
    </DataTable>
  )
}

function stateOf(node: LibraryNode, isRoot: boolean): readonly [Tone, string] {
  if (node.problem !== null) return ['bad', node.version === null ? 'missing' : 'does not fit']
  if (node.isLoaded) return ['good', node.isKpi ? 'kernel interface' : 'loaded']
  return isRoot ? ['accent', 'this kext'] : ['idle', 'not loaded yet']
}

/** `MyKext and 4 libraries: 3 loaded, 1 missing or not fitting.` */
export function librarySummary({ nodes }: LibraryGraph): string {
  const libraries = nodes.slice(1)
  const bad = libraries.filter(({ problem }) => problem !== null).length
  const loaded = libraries.filter(({ isLoaded, problem }) => isLoaded && problem === null).length
  const waiting = libraries.length - bad - loaded
  const parts = [
    loaded > 0 && `${loaded} loaded`,
    waiting > 0 && `${waiting} not loaded yet`,
    bad > 0 && `${bad} missing or not fitting`,
  ].filter(part => part !== false)
  const count = `${libraries.length} ${libraries.length === 1 ? 'library' : 'libraries'}`
  return parts.length === 0 ? count : `${count}: ${parts.join(', ')}`
}

/** What tells identifiers apart is their end. */
function clipped(name: string): string {
  return name.length <= longestName ? name : `…${name.slice(1 - longestName)}`
}
