/**
 * Where the menus of a view are put: among what they belong to, so that who goes by landmarks finds them. Menus of a
 * dialog stay outside, for a dialog hides this from screen readers.
 */
export function mainLandmark(): HTMLElement | null {
  return typeof document === 'undefined' ? null : document.querySelector('main')
}
