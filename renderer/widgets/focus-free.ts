/**
 * Whether nothing has the focus, so that what closes may give it back. Menus and dialogs do that a moment later: a field
 * that was asked for meanwhile keeps it, and what is typed there is not lost. A dialog as a whole catches what falls.
 */
export function isFocusFree(): boolean {
  const { activeElement } = document
  return (
    activeElement === null ||
    activeElement === document.body ||
    activeElement.getAttribute('role') === 'dialog'
  )
}
