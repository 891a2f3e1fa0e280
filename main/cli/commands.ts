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
  watch: {
    summary: 'what changes in a guest, line by line as it happens',
    takes: 'SOURCE [--interval S] [--filter F] [--until CONDITION] [--for S]',
    load: () => import('./commands/watch.ts'),
  },
  timeline: {
    summary: 'what windows have kept of what they captured: list it, compare it, export it',
    takes: '[list] | looks SESSION | show SESSION N | export SESSION N -o FILE | diff SESSION N M',
    load: () => import('./commands/timeline.ts'),
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
  redact: {
    summary: 'a capture to share: serial numbers, UUIDs, addresses and names replaced',
    takes: 'SOURCE -o FILE.kextant | --list [--only …] [--keep VALUE…]',
    load: () => import('./commands/redact.ts'),
  },
  report: {
    summary: 'a capture as one HTML file, alone or against another one',
    takes: 'SOURCE -o FILE.html [--against SOURCE] [--redact]',
    load: () => import('./commands/report.ts'),
  },
  draft: {
    summary: 'a new driver for a service, as a folder of source files',
    takes: 'SOURCE --service SELECTOR -o DIR [--name NAME] [--probe] [--user-client] [--force]',
    load: () => import('./commands/draft.ts'),
  },
  push: {
    summary: 'put a kext into a guest, and load nothing',
    takes: 'SOURCE PATH',
    load: () => import('./commands/push.ts'),
  },
  preflight: {
    summary: 'whether a kext could be loaded, found out without loading it',
    takes: 'SOURCE PATH',
    load: () => import('./commands/preflight.ts'),
  },
  load: {
    summary: 'load a kext of a guest, and verify what came of it',
    takes: 'SOURCE ID|GUESTPATH [--expect FILE]',
    load: () => import('./commands/load.ts'),
  },
  unload: {
    summary: 'unload a kext, or tell what is in the way',
    takes: 'SOURCE ID [--dependents]',
    load: () => import('./commands/unload.ts'),
  },
  reload: {
    summary: 'unload a kext and load it again from where it lies',
    takes: 'SOURCE ID|GUESTPATH [--expect FILE]',
    load: () => import('./commands/reload.ts'),
  },
  verify: {
    summary: 'whether what is expected of a kext holds now',
    takes: 'SOURCE PATH|ID [--expect FILE] [--record FILE]',
    load: () => import('./commands/verify.ts'),
  },
  loop: {
    summary: 'push, preflight, load, verify; with --watch at every new build',
    takes: 'SOURCE PATH [--driver NAME] [--build] [--watch] [--unload]',
    load: () => import('./commands/loop.ts'),
  },
  leaks: {
    summary: 'load and unload over and over, and count what is left',
    takes: 'SOURCE ID|GUESTPATH [--cycles N]',
    load: () => import('./commands/leaks.ts'),
  },
  rerun: {
    summary: 'do again what a record tells of',
    takes: 'SOURCE RECORD.json',
    load: () => import('./commands/rerun.ts'),
  },
}
