import type { RuleColour } from '../../../core/contract/preferences.ts'
import { classNames } from '../../widgets/class-names.ts'
import { Spoken } from '../../widgets/spoken.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './rule-mark.module.css'

/** Goes on a row that a colour rule marks: a stripe at its left edge. The row has to have a `position`. */
export function ruleRowClass(colour: RuleColour): string {
  return classNames(styles.row, styles[colour])
}

/** What the row's tooltip says beside its own text. */
export function ruleText(name: string): string {
  return `Rule: ${visibleText(name)}`
}

/** The same for who does not see the stripe; stands in the first cell of the row. */
export function RuleName({ name }: { readonly name: string }) {
  return <Spoken> {ruleText(name)}</Spoken>
}

/** A colour where it is chosen or listed, always beside its name. */
export function RuleSwatch({ colour }: { readonly colour: RuleColour }) {
  return <span className={classNames(styles.swatch, styles[colour])} aria-hidden="true" />
}
