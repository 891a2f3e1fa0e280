import type { Command } from 'commander'
import { wiring } from './wiring.ts'

export interface CommandEntry {
  readonly summary: string
  /** Arguments and options in the list of commands. */
  readonly takes: string
  /** False where this build lacks what it stands on: it is not listed, and says so when it is named. */
  readonly isHere?: boolean
  readonly load: () => Promise<{ readonly define: (command: Command) => void }>
}

/** All commands, in the order of the help. Each is loaded when it is named. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  info: {
    summary: 'what a dump or a guest holds: format, planes, services, kexts, personalities',
    takes: 'SOURCE',
    load: () => import('./commands/info.ts'),
  },
  tree: {
    summary: 'the registry as a tree, with classes and states',
    takes: 'SOURCE [-p PLANE] [-d DEPTH] [--under SELECTOR] [-l]',
    load: () => import('./commands/tree.ts'),
  },
  show: {
    summary: 'everything that is known of one entry',
    takes: 'SOURCE SELECTOR',
    load: () => import('./commands/show.ts'),
  },
  find: {
    summary: 'entries by name, location, class, key or value',
    takes: 'SOURCE [TEXT] [--class C] [--key K] [--value V] [--count]',
    load: () => import('./commands/find.ts'),
  },
  kexts: {
    summary: 'the kexts that are loaded',
    takes: 'SOURCE',
    load: () => import('./commands/kexts.ts'),
  },
  diff: {
    summary: 'what differs between two dumps, captures or guests',
    takes: 'BEFORE AFTER [--all]',
    isHere: wiring.compare !== null,
    load: () => import('./commands/diff.ts'),
  },
  convert: {
    summary: 'the same in another format: kextant, xml, text, json, csv, dot',
    takes: 'SOURCE -o FILE [--to FORMAT] [--era 10.13] [-p PLANE] [--columns …]',
    isHere: wiring.writer !== null,
    load: () => import('./commands/convert.ts'),
  },
  capture: {
    summary: 'all that a guest shows, kept in a file',
    takes: 'SOURCE -o FILE.kextant [--force]',
    isHere: wiring.saveCapture !== null,
    load: () => import('./commands/capture.ts'),
  },
}
