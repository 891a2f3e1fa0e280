export const projectFolder: string
export const isRootOnLinux: boolean
export function say(text: string): void
export function giveUp(text: string): never
export function ensureInstalled(folder?: string, npm?: string): void
export function findNode(folder?: string, version?: string): string
export const engineFile: string
export function ensureEngine(node: string, folder?: string): void
export function ensureBuilt(node: string, folder?: string): void
export function nodeFirstOnPath(node: string): { PATH: string }
export type FoundElectron =
  | { readonly ok: true; readonly path: string; readonly version: string }
  | { readonly ok: false; readonly reason: string }
export function findElectron(env?: NodeJS.ProcessEnv): FoundElectron
export function findChromium(env?: NodeJS.ProcessEnv): string | undefined
export function hasDisplay(env?: NodeJS.ProcessEnv): boolean
