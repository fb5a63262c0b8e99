import { useDocumentVisibility } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { linkState } from '../api/link-state'
import { useSettings } from './settings'

/** One beat for everything that refreshes by itself. It rests while the window is hidden or the host is away. */
export const useRefreshBeat = defineStore('refresh', () => {
  const settings = useSettings()
  const visibility = useDocumentVisibility()
  /** Counts the beats. */
  const beat = shallowRef(0)
  /** Counts what the user asked for by hand. */
  const asked = shallowRef(0)

  const seconds = computed(() => settings.settings.refreshSeconds)
  const isHidden = computed(() => visibility.value === 'hidden')
  const isResting = computed(() => isHidden.value || linkState.value.kind !== 'connected')

  function now(): void {
    asked.value += 1
  }

  let timer: ReturnType<typeof setInterval> | undefined
  watch(
    [seconds, isResting],
    ([every, resting]) => {
      clearInterval(timer)
      if (every === 0 || resting) return
      timer = setInterval(() => {
        beat.value += 1
      }, every * 1_000)
    },
    { immediate: true },
  )
  // Coming back after a while, what is on screen is old: no waiting for the next beat.
  watch(isResting, (resting) => {
    if (!resting && seconds.value > 0) beat.value += 1
  })

  return { beat, asked, seconds, isHidden, isResting, now }
})
