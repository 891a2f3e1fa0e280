import { ChevronDown, Palette } from 'lucide-react'
import { useActions } from '../../state/app-context.tsx'
import type { ColourBy } from '../../state/pictures-state.ts'
import { Button } from '../../widgets/button.tsx'
import { smallIconProps } from '../../widgets/icons.ts'
import { Menu, MenuChoices } from '../../widgets/menu.tsx'

export const colourWords: Readonly<Record<ColourBy, string>> = {
  state: 'State',
  kext: 'Kext',
  family: 'Family',
  age: 'Age',
  diff: 'Diff',
}

const options: readonly {
  readonly value: ColourBy
  readonly text: string
  readonly hint: string
}[] = [
  { value: 'state', text: 'State', hint: 'Registered, matched, inactive, or no service' },
  { value: 'kext', text: 'Kext', hint: 'Whose driver it is: the ten with most entries' },
  { value: 'family', text: 'Family', hint: 'PCI, USB, storage …: by the class chain' },
  { value: 'age', text: 'Age', hint: 'By registry entry IDs, which the kernel counts up' },
  { value: 'diff', text: 'Diff', hint: 'New, gone, changed, moved: when compared or watched' },
]

export function ColourByMenu({ value }: { readonly value: ColourBy }) {
  const actions = useActions()
  return (
    <Menu
      align="end"
      trigger={
        <Button kind="quiet" icon={<Palette {...smallIconProps} />}>
          <span data-words="">Colour: {colourWords[value]}</span>{' '}
          <ChevronDown {...smallIconProps} />
        </Button>
      }
    >
      <MenuChoices
        value={value}
        options={options}
        onChange={colourBy => actions.setPictures({ colourBy })}
      />
    </Menu>
  )
}
