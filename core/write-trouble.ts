/** For a file whose place the user chose, and for one of Kextant's own. */
export type Otherwise = 'choose another folder' | 'set KEXTANT_SETTINGS to a folder on another disk'

/**
 * Why a disk did not take a file, by the code of the system's error, and what to do about it: one phrase or more,
 * without the last full stop. What says so has put nothing in the place of what was there.
 *
 * @param otherwise what to do where room cannot be made
 * @returns null for a code without words of its own here
 */
export function writeTrouble(code: string | undefined, otherwise: Otherwise): string | null {
  switch (code) {
    case 'ENOSPC':
      return `the disk is full. Nothing was changed there: make room on it, or ${otherwise}`
    case 'EDQUOT':
      return `your share of the disk is used up. Nothing was changed there: make room, or ${otherwise}`
    case 'EIO':
      return `the disk reports an error (EIO). Nothing was changed there: ${otherwise}, and look after this disk`
    case 'EFBIG':
      return `the disk takes no file so large. Nothing was changed there: ${otherwise}`
    case 'EROFS':
      return `the disk is read-only: ${otherwise}`
    case 'ENODEV':
    case 'ENXIO':
    case 'ESTALE':
      return `the disk is no longer there: attach it again, or ${otherwise}`
    case 'ENOENT':
      return 'its folder is not there'
    default:
      return null
  }
}
