/** The filter field of the view that is shown, found by the shortcut. */
export const filterFieldId = 'filter'

export function focusFilter(): void {
  const field = document.getElementById(filterFieldId)
  if (!(field instanceof HTMLInputElement) || field.disabled) return
  field.focus()
  field.select()
}
