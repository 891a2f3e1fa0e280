import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { bytesAsBase64, bytesAsC, bytesAsHex } from '../../../core/decode/byte-formats.ts'
import { textsOf } from '../../../core/decode/texts.ts'
import type { PropertyValue } from '../../../core/registry/property-value.ts'
import { propertyValueToJson } from '../../../core/write/value-json.ts'
import { valueLine } from '../../registry/format-value.ts'
import { IconButton } from '../../widgets/button.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { Menu, MenuHeading, MenuItem } from '../../widgets/menu.tsx'

export interface CopyValueMenuProps {
  readonly name: string
  readonly value: PropertyValue
  /** Bytes that are marked, which are meant then. */
  readonly marked: Uint8Array | null
}

interface CopyForm {
  readonly title: string
  readonly text: () => string
}

const copiedForMs = 1500

/** A value for the clipboard, in the forms that people need it in. */
export function CopyValueMenu({ name, value, marked }: CopyValueMenuProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), copiedForMs)
    return () => clearTimeout(timer)
  }, [state])
  const copy = (text: string) => {
    navigator.clipboard.writeText(text).then(
      () => setState('copied'),
      () => setState('refused'),
    )
  }
  const label = {
    idle: 'Copy the value as…',
    copied: 'Copied',
    refused: 'The clipboard refused it',
  }[state]
  return (
    <Menu
      align="end"
      trigger={
        <IconButton
          label={label}
          icon={state === 'copied' ? <Check {...smallIconProps} /> : <Copy {...smallIconProps} />}
        />
      }
    >
      {marked && <MenuHeading>{marked.length} marked bytes</MenuHeading>}
      {formsOf(name, value, marked).map(({ title, text }) => (
        <MenuItem key={title} onSelect={() => copy(text())}>
          {title}
        </MenuItem>
      ))}
    </Menu>
  )
}

function formsOf(
  name: string,
  value: PropertyValue,
  marked: Uint8Array | null,
): readonly CopyForm[] {
  const json = { title: 'As JSON', text: () => JSON.stringify(propertyValueToJson(value), null, 2) }
  const bytes = marked ?? (value.kind === 'data' ? value.bytes : null)
  if (!bytes) {
    const isContainer =
      value.kind === 'array' || value.kind === 'set' || value.kind === 'dictionary'
    return isContainer ? [json] : [{ title: 'As text', text: () => valueLine(value) }, json]
  }
  const [utf8] = textsOf(bytes)
  return [
    { title: 'As hexadecimal', text: () => bytesAsHex(bytes) },
    { title: 'As base64', text: () => bytesAsBase64(bytes) },
    { title: 'As C array', text: () => bytesAsC(bytes, name) },
    ...(utf8?.text ? [{ title: 'As text', text: () => new TextDecoder().decode(bytes) }] : []),
    ...(marked ? [] : [json]),
  ]
}
