import { Fragment } from 'react'
import { termFor } from '../../filter/filter-terms.ts'
import { LinkButton } from '../../widgets/button.tsx'
import { Menu } from '../../widgets/menu.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { FilterForItems } from '../filter/filter-for.tsx'
import styles from './inspector.module.css'

export interface ClassStepsProps {
  readonly name: string
  /** Superclass first; null where the dump does not say. */
  readonly chain: readonly string[] | null
}

/** From the base class down to the class itself; each step offers a filter for it. */
export function ClassSteps({ name, chain }: ClassStepsProps) {
  const steps = [...(chain?.filter(step => step !== name) ?? []), name]
  return (
    <span className={styles.steps}>
      {steps.map((step, index) => (
        <Fragment key={step}>
          {index > 0 && (
            <span className={styles.arrow} aria-hidden="true">
              ›
            </span>
          )}
          <Menu
            trigger={
              <LinkButton title={`Filter for ${visibleText(step)}`}>
                <code className={index === steps.length - 1 ? styles.ownClass : styles.superClass}>
                  {visibleText(step)}
                </code>
              </LinkButton>
            }
          >
            <FilterForItems term={termFor.className(step)} />
          </Menu>
        </Fragment>
      ))}
    </span>
  )
}
