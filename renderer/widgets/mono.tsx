import { classNames } from './class-names.ts'
import styles from './mono.module.css'
import { visibleText } from './visible-text.ts'

export interface MonoProps {
  readonly children: string
  /** One line with an ellipsis; the whole text is in the tooltip. */
  readonly isClipped?: boolean
  readonly isSoft?: boolean
}

/** An identifier, path or number as the guest writes it. */
export function Mono({ children, isClipped, isSoft }: MonoProps) {
  const text = visibleText(children)
  return (
    <code
      className={classNames(styles.mono, isClipped && styles.clipped, isSoft && styles.soft)}
      title={isClipped ? text : undefined}
    >
      {text}
    </code>
  )
}
