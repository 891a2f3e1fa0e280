import { useActions, useApp } from '../../state/app-context.tsx'
import { Segmented } from '../../widgets/segmented.tsx'

export function DirectionSwitch() {
  const actions = useActions()
  const { direction } = useApp(state => state.pictures)
  return (
    <Segmented
      label="The tree grows"
      value={direction}
      options={[
        { value: 'right', text: 'Right', title: 'Providers at the left, clients at the right' },
        { value: 'down', text: 'Down', title: 'Providers above, clients below' },
      ]}
      onChange={next => actions.setPictures({ direction: next })}
    />
  )
}
