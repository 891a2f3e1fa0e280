import {
  initialKextGraph,
  initialRegistryMap,
  type KextGraphState,
  type RegistryMapState,
} from './more-pictures-state.ts'

/** Deeper than anybody goes; an address typed by hand may say anything. */
const longestWay = 64

/** `kext=org.darwinos.MyKext&up=1&down=3&kpi=hidden`: only what is not as at first. */
export function writeKextGraph(query: URLSearchParams, graph: KextGraphState): void {
  const { focus, stepsUp, stepsDown, kernel } = graph
  if (focus !== null) query.set('kext', focus)
  if (stepsUp !== initialKextGraph.stepsUp) query.set('up', String(stepsUp))
  if (stepsDown !== initialKextGraph.stepsDown) query.set('down', String(stepsDown))
  if (kernel !== initialKextGraph.kernel) query.set('kpi', kernel)
}

export function readKextGraph(query: URLSearchParams): KextGraphState {
  const kernel = query.get('kpi')
  return {
    ...initialKextGraph,
    focus: query.get('kext'),
    stepsUp: stepsOf(query.get('up'), initialKextGraph.stepsUp),
    stepsDown: stepsOf(query.get('down'), initialKextGraph.stepsDown),
    kernel: kernel === 'hidden' || kernel === 'shown' ? kernel : initialKextGraph.kernel,
  }
}

function stepsOf(text: string | null, otherwise: number): number {
  return text !== null && /^\d{1,2}$/.test(text) ? Number(text) : otherwise
}

/** `map=kext&size=bytes&shape=icicle&unknown=out&way=…&way=…&part=40-80` */
export function writeRegistryMap(query: URLSearchParams, map: RegistryMapState): void {
  const { by, size, shape, showsUnknown, way, range } = map
  if (by !== initialRegistryMap.by) query.set('map', by)
  if (size !== initialRegistryMap.size) query.set('size', size)
  if (shape !== initialRegistryMap.shape) query.set('shape', shape)
  if (!showsUnknown) query.set('unknown', 'out')
  for (const key of way) query.append('way', key)
  if (range) query.set('part', `${range.from}-${range.to}`)
}

export function readRegistryMap(query: URLSearchParams): RegistryMapState {
  const [by, size] = [query.get('map'), query.get('size')]
  const part = /^(\d{1,9})-(\d{1,9})$/.exec(query.get('part') ?? '')
  const range = part ? { from: Number(part[1]), to: Number(part[2]) } : null
  return {
    by: by === 'kext' || by === 'plane' ? by : 'class',
    size: size === 'entries' || size === 'bytes' ? size : 'services',
    shape: query.get('shape') === 'icicle' ? 'icicle' : 'treemap',
    showsUnknown: query.get('unknown') !== 'out',
    way: query.getAll('way').slice(0, longestWay),
    range: range && range.from < range.to ? range : null,
  }
}
