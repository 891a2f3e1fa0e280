import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { IconButton } from './button.tsx'
import { classNames } from './class-names.ts'
import { smallIconProps } from './icons.ts'
import { Mono } from './mono.tsx'
import styles from './mono.module.css'

export interface CopyableProps {
  readonly text: string
  /** What it is, for the button's name: "path". */
  readonly what: string
  readonly isWrapped?: boolean
}

export function Copyable({ text, what, isWrapped }: CopyableProps) {
  return (
    <span className={classNames(styles.copyable, isWrapped && styles.wrapped)}>
      <Mono isClipped={!isWrapped}>{text}</Mono>
      <CopyButton text={text} what={what} />
    </span>
  )
}

const copiedForMs = 1500

export interface CopyButtonProps {
  /** A function when it is long to make. */
  readonly text: string | (() => string)
  readonly what: string
}

export function CopyButton({ text, what }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), copiedForMs)
    return () => clearTimeout(timer)
  }, [state])

  const copy = () => {
    navigator.clipboard.writeText(typeof text === 'string' ? text : text()).then(
      () => setState('copied'),
      () => setState('refused'),
    )
  }
  const label = { idle: `Copy ${what}`, copied: 'Copied', refused: 'The clipboard refused it' }[
    state
  ]
  return (
    <IconButton
      label={label}
      onClick={copy}
      icon={state === 'copied' ? <Check {...smallIconProps} /> : <Copy {...smallIconProps} />}
    />
  )
}
