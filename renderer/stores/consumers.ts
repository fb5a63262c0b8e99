import { defineStore } from 'pinia'
import type { Consumer } from '../../shared/model/group'
import { api } from '../api/client'
import { createResources } from './resources'
import { groupTargetKey, type GroupTarget } from './targets'

/** The consumers of the groups looked at. */
export const useConsumers = defineStore('consumers', () =>
  createResources<GroupTarget, readonly Consumer[]>(groupTargetKey, ({ connectionId, key, group }, signal) =>
    api().group.consumers({ connectionId, key, group }, { signal }),
  ),
)
