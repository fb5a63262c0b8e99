import type { Session } from 'electron'
import { APP_ORIGIN, appPath } from './app-origin'

type Guarded = Pick<
  Session,
  | 'on'
  | 'setPermissionRequestHandler'
  | 'setPermissionCheckHandler'
  | 'setDevicePermissionHandler'
  | 'setDisplayMediaRequestHandler'
  | 'setBluetoothPairingHandler'
  | 'webRequest'
>

/**
 * Refuses every permission, device and request to any network. One exception: writing text to the clipboard from our own
 * page, without which nothing could be copied. Browsers never ask for that either.
 */
export function guardSession(session: Guarded): void {
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false))
  session.setPermissionCheckHandler(
    (_contents, permission, origin, { isMainFrame }) =>
      permission === 'clipboard-sanitized-write' && isMainFrame && isOurOrigin(origin),
  )
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, callback) => callback(null))
  session.setBluetoothPairingHandler((_details, callback) => callback({ confirmed: false }))
  session.on('select-hid-device', (event, _details, callback) => {
    event.preventDefault()
    callback()
  })
  session.on('select-serial-port', (event, _ports, _contents, callback) => {
    event.preventDefault()
    callback('')
  })
  session.on('select-usb-device', (event, _details, callback) => {
    event.preventDefault()
    callback()
  })
  session.webRequest.onBeforeRequest(({ url }, callback) => callback({ cancel: !isLocal(url) }))
}

// Electron gives origins with a slash at the end here.
function isOurOrigin(origin: string): boolean {
  return origin === APP_ORIGIN || origin === `${APP_ORIGIN}/`
}

function isLocal(url: string): boolean {
  return appPath(url) !== null || url.startsWith('devtools://') || url.startsWith('data:image/')
}
