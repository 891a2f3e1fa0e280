/**
 * Whether a field with a list that is open takes Escape for itself, to close the list. A button that has opened a part of
 * the page says as well that it is expanded, and takes no key.
 */
export function takesEscape(focused: Pick<Element, 'getAttribute'> | null): boolean {
  return (
    focused?.getAttribute('role') === 'combobox' && focused.getAttribute('aria-expanded') === 'true'
  )
}
