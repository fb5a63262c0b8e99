import type { App } from 'electron'

/** False in a second process, which is to end: the first one is brought to the front instead. */
export function claimSingleInstance(
  app: Pick<App, 'requestSingleInstanceLock' | 'on'>,
  bringToFront: () => void,
): boolean {
  if (!app.requestSingleInstanceLock()) return false
  app.on('second-instance', bringToFront)
  return true
}
