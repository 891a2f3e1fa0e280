import { useActions, useApp } from '../../state/app-context.tsx'
import { LinkButton } from '../../widgets/button.tsx'
import { Mono } from '../../widgets/mono.tsx'

/** A kext by its identifier: a link where the capture has it among its kexts. */
export function KextLink({ id }: { readonly id: string }) {
  const actions = useActions()
  const isKnown = useApp(({ current }) => {
    const { kexts, installed } = current?.capture ?? {}
    const isIt = (kext: { readonly bundleIdentifier: string }) => kext.bundleIdentifier === id
    return (kexts?.some(isIt) ?? false) || (installed?.some(isIt) ?? false)
  })
  if (!isKnown) return <Mono>{id}</Mono>
  return (
    <LinkButton onClick={() => actions.showKext(id)}>
      <Mono>{id}</Mono>
    </LinkButton>
  )
}
