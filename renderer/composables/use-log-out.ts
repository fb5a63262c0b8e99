import { computed, type ComputedRef, type ShallowRef } from 'vue'
import type { Role } from '../../shared/roles'
import type { Who } from '../../shared/model/who'
import { logOut } from '../api/log-out'
import { useHost } from '../stores/host'
import { useToasts } from '../stores/toasts'
import { useAttempt } from './use-attempt'
import { useWhyNotYou } from './use-permission'

interface LogOut {
  /** Only the web host has sessions. */
  readonly hasSession: ComputedRef<boolean>
  readonly isLeaving: Readonly<ShallowRef<boolean>>
  /** Who one is here; null until the host has said so. */
  readonly you: ComputedRef<{ readonly who: Who; readonly role: Role; readonly isUser: boolean } | null>
  /** Why the sessions of all users are not one's to end; null: they are. */
  readonly whyNotEverybody: ComputedRef<string | null>
  leave(where: 'here' | 'everywhere' | 'everybody'): Promise<void>
}

/** Ends sessions; a toast says so when that can't be done. */
export function useLogOut(): LogOut {
  const host = useHost()
  const toasts = useToasts()
  const whyNotYou = useWhyNotYou()
  const { busy: isLeaving, attempt } = useAttempt(toasts.showTrouble)
  return {
    hasSession: computed(() => host.info?.kind === 'web'),
    you: computed(() => {
      const you = host.info?.you
      return you === undefined ? null : { ...you, isUser: you.who.by === 'user' || you.who.by === 'proxy' }
    }),
    whyNotEverybody: computed(() => whyNotYou('admin')),
    isLeaving,
    async leave(where) {
      await attempt(() => logOut(where))
    },
  }
}
