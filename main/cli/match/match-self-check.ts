import type { Matcher } from '../../../core/matching/matcher.ts'
import type { SelfCheck, SelfCheckDetail } from '../../../core/matching/self-check.ts'
import { printableInLine } from '../../app/printable.ts'
import { count } from '../format/entry-text.ts'
import type { Look } from '../look.ts'
import { remarkLines } from './match-service.ts'
import { checkLines, itemText, pathOf } from './match-words.ts'

/** How the rules fare against what the kernel has done; those that it has not followed one by one. */
export function* selfCheckReport(
  matcher: Matcher,
  { accepted, rejected, unknown, details }: SelfCheck,
  look: Look,
): Generator<string> {
  const { paint } = look
  const all = accepted + rejected + unknown
  const share = all === 0 ? '' : ` (${((accepted / all) * 100).toFixed(1)} %)`
  yield `${count(all, 'driver')} checked against ${all === 1 ? 'its provider' : 'their providers'}`
  yield `  ${paint('green', `${accepted} accepted`)}${share}, ${paint(rejected > 0 ? 'red' : 'dim', `${rejected} rejected`)}, ${paint(unknown > 0 ? 'yellow' : 'dim', `${unknown} unknown`)}`
  for (const detail of details) {
    if (detail.outcome !== 'accepted') yield* detailLines(matcher, detail, look)
  }
  yield* remarkLines(matcher.catalogue.notes, look)
}

function* detailLines(
  { snapshot }: Matcher,
  { instance, outcome, item, because, result }: SelfCheckDetail,
  look: Look,
): Generator<string> {
  const hue = outcome === 'rejected' ? 'red' : 'yellow'
  yield ''
  yield `${look.paint(hue, outcome)}  ${pathOf(snapshot, instance)}`
  if (item) yield `  by ${itemText(item)}`
  if (because !== null) yield `  ${printableInLine(because)}`
  const check =
    result.kind === 'fails'
      ? result.failed
      : result.checks.find(({ outcome: each }) => each === 'unknown')
  if (check) for (const line of checkLines(check, look)) yield `  ${line}`
}
