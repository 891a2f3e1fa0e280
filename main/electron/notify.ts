import { BrowserWindow, Notification } from 'electron'

/** A notification of the system's; a click on it leads to the window. Says whether the system can show one. */
export function notify(title: string, body: string): boolean {
  if (!Notification.isSupported()) return false
  const notification = new Notification({ title, body: plain(body) })
  notification.on('click', () => {
    const [window] = BrowserWindow.getAllWindows()
    if (!window) return
    if (window.isMinimized()) window.restore()
    window.focus()
  })
  notification.show()
  return true
}

/** Desktops of Linux read a few tags and entities in a body; names of a guest are no markup. */
function plain(body: string): string {
  if (process.platform !== 'linux') return body
  return body.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('&', '＆')
}
