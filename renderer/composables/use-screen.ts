import { useEventListener, useThrottleFn } from '@vueuse/core'
import { watch } from 'vue'
import type { Bytes } from '../../shared/bytes'
import { useMonitoring } from '../stores/monitoring'
import { useRefreshBeat } from '../stores/refresh'

/** Scrolling changes what is on screen with every row; so often is the host told. */
const TELL_EVERY_MS = 50
/** Shorter than the host gives way for one key or click. */
const GIVE_WAY_EVERY_MS = 150

/**
 * Tells the host which streams are on screen, so that they are read first; that nobody looks, so that it takes its time;
 * that the user asks for something, so that it gives way; and that all is to be read again now.
 */
export function useScreen(keys: () => readonly Bytes[]): void {
  const monitoring = useMonitoring()
  const pulse = useRefreshBeat()
  const tellKeys = useThrottleFn(() => monitoring.setScreen({ keys: keys() }), TELL_EVERY_MS, true)
  const giveWay = useThrottleFn(() => monitoring.giveWay(), GIVE_WAY_EVERY_MS)

  watch(keys, () => void tellKeys(), { immediate: true })
  watch(
    () => pulse.isHidden,
    (hidden) => monitoring.setScreen({ hidden }),
    { immediate: true },
  )
  watch(() => pulse.asked, monitoring.refresh)
  useEventListener(window, ['pointerdown', 'keydown'], () => void giveWay(), { passive: true, capture: true })
}
