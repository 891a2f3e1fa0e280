/** As much of the host's WebAssembly as is used here. Node has it, Electron and browsers too. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => WasmModule
  readonly Instance: new (module: WasmModule) => { readonly exports: unknown }
  compile(bytes: Uint8Array): Promise<WasmModule>
}
type WasmModule = object

/**
 * The compiled scanner of `core/scan`. One serves any number of dumps; each of them gets memory of its own.
 * Readers work without one too, slower: `core/dump/archive-reader.ts`.
 */
export interface Engine {
  /** A scanner that has seen nothing yet. */
  readonly instantiate: () => ScannerExports
}

/** @param bytes of `dump-scanner.wasm`. Throws what the host throws when they are no such thing. */
export function compileEngine(bytes: Uint8Array): Engine {
  return engineOf(new WebAssembly.Module(bytes))
}

/** The same where a host does not let its main thread wait, as a browser's page. */
export async function compileEngineAsync(bytes: Uint8Array): Promise<Engine> {
  return engineOf(await WebAssembly.compile(bytes))
}

function engineOf(module: WasmModule): Engine {
  return { instantiate: () => new WebAssembly.Instance(module).exports as ScannerExports }
}

interface Value {
  readonly value: number
}

/** What `core/scan/index.ts` exports; the comments are there. */
export interface ScannerExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly begin: (
    strings: number,
    stringBytes: number,
    keys: number,
    seedLow: number,
    seedHigh: number,
  ) => number
  readonly index: () => void
  readonly window: (bytes: number) => number
  readonly scan: (length: number, base: number) => number
  readonly state: Value
  readonly position: Value
  readonly key: Value
  readonly depth: Value
  readonly openAt: (level: number) => number
  readonly documents: Value
  readonly synthetics: Value
  readonly namedClasses: Value
  readonly classesUnlikeNames: Value
  readonly nodesWithoutId: Value
  readonly count: Value
  readonly bytes: Value
  readonly starts: Value
  readonly roles: Value
  readonly nodes: Value
  readonly properties: Value
  readonly beginExport: () => number
  readonly nodeColumn: (field: number, width: number) => number
  readonly closedNodes: () => number
  readonly propertyColumn: (field: number, width: number) => number
  readonly propertyEnds: Value
  readonly ownersColumn: () => number
  readonly beginText: () => number
  readonly learn: (count: number) => number
  readonly scanText: (from: number, to: number, base: number) => number
  readonly textScratch: Value
  readonly textScratchStarts: Value
  readonly textState: Value
  readonly textOpenNodes: Value
  readonly textOpenStarts: Value
  readonly textPrefix: Value
  readonly textNodes: Value
  readonly textProperties: Value
  readonly textNodeColumn: (column: number) => number
  readonly textPropertyColumn: (column: number) => number
  readonly lastKey: Value
  readonly lastStart: Value
  readonly lastEnd: Value
  readonly findTwins: (closed: number) => number
  readonly twins: Value
}
