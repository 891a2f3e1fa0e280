/** Loaded and installed kexts. */
export function KextsView() {
  return null
}
