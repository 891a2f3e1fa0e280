import { protocol } from 'electron'
import { contentSecurityPolicy, readPageFile } from '../page/page-files.ts'

/**
 * The page comes from its own scheme rather than from `file:`: so it has an origin that can be checked,
 * headers with a content security policy, and no way to read other files.
 */
export const pageScheme = 'kextant'
export const pageOrigin = `${pageScheme}://app`

/** Before the app is ready; Electron takes this once. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

export function servePage(folder: string): void {
  protocol.handle(pageScheme, async request => {
    const url = new URL(request.url)
    const file = url.host === 'app' ? await readPageFile(folder, url.pathname) : undefined
    if (!file) return new Response('There is no such page.', { status: 404 })
    return new Response(file.bytes, {
      headers: {
        'Content-Type': file.contentType,
        'Content-Security-Policy': contentSecurityPolicy([]),
        'X-Content-Type-Options': 'nosniff',
      },
    })
  })
}
