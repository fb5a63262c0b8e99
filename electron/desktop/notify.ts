import type { Notification as ElectronNotification } from 'electron'
import type { Notify } from '../services/alerts/send'

type Notifications = typeof ElectronNotification

/** Notifications of the desktop: a click brings Sluice to the front. Null where the system has none. */
export function createNotify(Notification: Notifications, onClick: () => void): Notify | null {
  if (!Notification.isSupported()) return null
  /** Until they are gone: what nobody holds is collected, and its click with it. */
  const shown = new Set<ElectronNotification>()
  return ({ title, body }) => {
    const one = new Notification({ title, body })
    shown.add(one)
    one.on('click', () => {
      shown.delete(one)
      onClick()
    })
    for (const end of ['close', 'failed'] as const) one.on(end as 'close', () => shown.delete(one))
    one.show()
    const [oldest] = shown
    if (shown.size > MOST_SHOWN && oldest) {
      shown.delete(oldest)
      oldest.close()
    }
  }
}

const MOST_SHOWN = 20
