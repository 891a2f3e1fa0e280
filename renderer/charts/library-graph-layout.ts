import type { LibraryGraph } from '../../core/preflight/preflight-report.ts'

/** Where a library stands in the picture: the kext at the left, what it is linked against to the right. */
export interface PlacedLibrary {
  /** Index of the graph's `nodes`. */
  readonly node: number
  readonly x: number
  readonly y: number
}

export interface LibraryPicture {
  readonly places: readonly PlacedLibrary[]
  readonly links: readonly {
    readonly path: string
    readonly isSatisfied: boolean
  }[]
  readonly width: number
  readonly height: number
}

export const libraryBox = { width: 214, height: 38, gapX: 40, gapY: 8 } as const

/**
 * In layers: a library stands one layer behind the last of those that ask for it.
 *
 *   MyKext ─┬─ IOPCIFamily ─── kpi.iokit
 *           └─ IONetworkingFamily
 *
 * Within a layer it stands near those that ask for it, so that few links cross.
 */
export function layOutLibraries({ nodes, edges }: LibraryGraph): LibraryPicture {
  const layer = layersOf(nodes.length, edges)
  const columns: number[][] = []
  for (let n = 0; n < nodes.length; n++) (columns[layer[n]!] ??= []).push(n)
  const row = new Float64Array(nodes.length)
  for (const column of columns) {
    const wanted = new Map(column.map(n => [n, meanRow(n, edges, row)]))
    column.sort((a, b) => wanted.get(a)! - wanted.get(b)! || a - b)
    for (const [at, n] of column.entries()) row[n] = at
  }
  const { width, height, gapX, gapY } = libraryBox
  const tallest = Math.max(0, ...columns.map(column => column.length))
  const total = tallest * (height + gapY) - gapY
  const places: PlacedLibrary[] = []
  for (const [x, column] of columns.entries()) {
    const own = column.length * (height + gapY) - gapY
    for (const [y, node] of column.entries()) {
      places[node] = {
        node,
        x: x * (width + gapX),
        y: (total - own) / 2 + y * (height + gapY),
      }
    }
  }
  return {
    places,
    links: edges.flatMap(({ from, to, isSatisfied }) => {
      const [a, b] = [places[from], places[to]]
      return a && b ? [{ path: linkPath(a, b), isSatisfied }] : []
    }),
    width: Math.max(1, columns.length * (width + gapX) - gapX),
    height: Math.max(1, total),
  }
}

/** The longest way from a node that nobody asks for. Asking in a circle, which no kernel allows, ends it. */
function layersOf(count: number, edges: LibraryGraph['edges']): Int32Array {
  const layer = new Int32Array(count)
  for (let round = 0; round < count; round++) {
    let hasMoved = false
    for (const { from, to } of edges) {
      if (from === to || to >= count || from >= count) continue
      if (layer[to]! <= layer[from]! && layer[from]! + 1 < count) {
        layer[to] = layer[from]! + 1
        hasMoved = true
      }
    }
    if (!hasMoved) break
  }
  // In a circle layers run away from each other: no column stays empty.
  const used = [...new Set(layer)].sort((a, b) => a - b)
  return layer.map(at => used.indexOf(at))
}

function meanRow(node: number, edges: LibraryGraph['edges'], row: Float64Array): number {
  const above = edges.filter(({ to }) => to === node)
  if (above.length === 0) return node
  return above.reduce((sum, { from }) => sum + row[from]!, 0) / above.length
}

function linkPath(a: PlacedLibrary, b: PlacedLibrary): string {
  const { width, height } = libraryBox
  const [x0, y0, x1, y1] = [a.x + width, a.y + height / 2, b.x, b.y + height / 2]
  const middle = x1 > x0 ? (x0 + x1) / 2 : x0 + 24
  return `M${x0},${y0}C${middle},${y0} ${middle},${y1} ${x1},${y1}`
}
