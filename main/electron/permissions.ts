import type { Session } from 'electron'
import { originOf } from './window.ts'

/** Copying is all that the page does beyond itself: no camera, no notifications, no reading of the clipboard. */
const granted = 'clipboard-sanitized-write'

export function limitPermissions(session: Session, pageOrigin: string): void {
  const isOurs = (url: string) => URL.canParse(url) && originOf(url) === pageOrigin
  session.setPermissionRequestHandler((_contents, permission, decide, { requestingUrl }) =>
    decide(permission === granted && isOurs(requestingUrl)),
  )
  session.setPermissionCheckHandler(
    (_contents, permission, requestingOrigin) => permission === granted && isOurs(requestingOrigin),
  )
}
