import type { BlockerReport } from '../../../core/unload/blocker-report.ts'
import type { EntryBrief } from '../../../core/verify/report.ts'
import { printableInLine } from '../../app/printable.ts'
import type { Look } from '../look.ts'

/** What is in the way of an unload, and what to do about it, the first thing first. */
export function* blockerLines(report: BlockerReport, { paint }: Look): Generator<string> {
  const isFree = report.verdict === 'free' || report.verdict === 'not-loaded'
  const hue = isFree ? 'green' : report.verdict === 'unknown' ? 'yellow' : 'red'
  yield `${paint('bold', 'Unload')}  ${paint(hue, report.verdict.replaceAll('-', ' '))}  ${printableInLine(report.headline)}`
  if (report.explanation !== '') yield `  ${printableInLine(report.explanation)}`
  for (const { bundleIdentifier, how, isLoaded } of report.dependents) {
    const state = isLoaded ? 'loaded' : 'not loaded'
    yield `  needed by  ${printableInLine(bundleIdentifier)}  (${how}, ${state})`
  }
  for (const instance of report.instances) {
    const { entry, provider, stateWords, busyCount, openCount } = instance
    const parts = [
      stateWords.join(', '),
      busyCount ? `busy ${busyCount}` : '',
      instance.isTerminated ? 'terminated and waiting' : '',
      openCount === 0 ? '' : openCount === 1 ? 'open once' : `open ${openCount} times`,
    ]
    yield `  instance   ${named(entry)}${provider ? ` on ${named(provider)}` : ''}`
    yield `             ${paint('dim', printableInLine(parts.filter(part => part !== '').join(', ')))}`
    for (const holder of instance.holders) {
      const { creator } = holder
      const who = creator ? ` of pid ${creator.pid}, ${creator.processName}` : ''
      const kext = holder.bundleIdentifier ? ` (${holder.bundleIdentifier})` : ''
      const what = holder.kind.replace('-', ' ')
      yield `    held by ${what} ${named(holder.entry)}${printableInLine(who + kext)}`
    }
  }
  if (report.omittedCount > 0) yield `  … and ${report.omittedCount} more instances and clients`
  for (const { className, counted, inRegistry, unseen } of report.classes) {
    const beyond = unseen ? paint('red', `, ${unseen} in no entry`) : ''
    yield `  class      ${printableInLine(className)}: ${counted ?? '?'} counted, ${inRegistry ?? '?'} in the registry${beyond}`
  }
  for (const [i, { sentence }] of report.advice.entries()) {
    yield `  ${i + 1}. ${printableInLine(sentence)}`
  }
}

function named({ name, className, id }: EntryBrief): string {
  const parts = [name, className === null || className === name ? '' : `<${className}>`, id ?? '']
  return printableInLine(parts.filter(part => part !== '').join(' '))
}
