import type { OpenCapture } from '../../state/app-state.ts'

export function RegistryView(_props: { readonly current: OpenCapture }) {
  return null
}
