import { Notification } from 'electron'

/** Electron itself lets go of them, and of who waits for a click, as soon as nobody holds them. */
const shown = new Set<Notification>()
/** Not every system tells that one was put aside. */
const mostHeld = 50

/** A notification of the system's. Says whether the system can show one. */
export function notify(title: string, body: string, onClick: () => void): boolean {
  if (!Notification.isSupported()) return false
  const notification = new Notification({ title, body: plain(body) })
  shown.add(notification)
  const [oldest] = shown
  if (shown.size > mostHeld && oldest) shown.delete(oldest)
  const letGo = () => void shown.delete(notification)
  notification.once('click', () => {
    letGo()
    onClick()
  })
  notification.once('failed', letGo)
  // One that has only gone from sight on Windows lies in its list still, where it can be clicked.
  notification.once('close', ({ reason }) => {
    if (reason !== 'timedOut') letGo()
  })
  notification.show()
  return true
}

/** Desktops of Linux read a few tags and entities in a body; names of a guest are no markup. */
function plain(body: string): string {
  if (process.platform !== 'linux') return body
  return body.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('&', '＆')
}
