import { computed, shallowRef, watch, type ComputedRef } from 'vue'
import { sameBytes } from '../../shared/bytes'
import type { Group } from '../../shared/model/group'
import { useGroups } from '../stores/groups'
import type { GroupTarget } from '../stores/targets'

interface KnownGroup {
  /** As it was read last. */
  readonly info: ComputedRef<Group | null>
  /** It was there, and is no longer. */
  readonly isGone: ComputedRef<boolean>
}

/** What is known of a group: that stays when the group is gone. */
export function useKnownGroup(target: () => GroupTarget): KnownGroup {
  const groups = useGroups()
  const found = computed(() => groups.of(target())?.find(({ name }) => sameBytes(name, target().group)) ?? null)
  const lastKnown = shallowRef<Group | null>(null)
  watch(found, (now) => {
    if (now) lastKnown.value = now
  })
  return {
    info: computed(() => found.value ?? lastKnown.value),
    isGone: computed(() => lastKnown.value !== null && found.value === null),
  }
}
