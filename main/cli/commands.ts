import type { Command } from 'commander'

export interface CommandEntry {
  readonly summary: string
  /** Arguments and options in the list of commands. */
  readonly takes: string
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
  match: {
    summary: 'which driver matches which service, why, and why not',
    takes: 'SOURCE [--service SELECTOR] [--personality NAME] [--kext PATH]… | --self-check',
    load: () => import('./commands/match.ts'),
  },
  lint: {
    summary: 'what is wrong with a kext, or with what it is built from',
    takes: 'PATH… [--against SOURCE]',
    load: () => import('./commands/lint.ts'),
  },
  diff: {
    summary: 'what differs between two dumps, captures or guests',
    takes: 'BEFORE AFTER [--all]',
    load: () => import('./commands/diff.ts'),
  },
  convert: {
    summary: 'the same in another format: kextant, xml, text, json, csv, dot',
    takes: 'SOURCE -o FILE [--to FORMAT] [--era 10.13] [-p PLANE] [--columns …]',
    load: () => import('./commands/convert.ts'),
  },
  capture: {
    summary: 'all that a guest shows, kept in a file',
    takes: 'SOURCE -o FILE.kextant [--force]',
    load: () => import('./commands/capture.ts'),
  },
  draft: {
    summary: 'a new driver for a service, as a folder of source files',
    takes: 'SOURCE --service SELECTOR -o DIR [--name NAME] [--probe] [--user-client] [--force]',
    load: () => import('./commands/draft.ts'),
  },
}
