import { defineStore } from 'pinia'
import type { Group } from '../../shared/model/group'
import { api } from '../api/client'
import { createResources } from './resources'
import { streamTargetKey, type StreamTarget } from './targets'

/** The groups of the streams looked at, with their lag counted where the ids alone don't tell it. */
export const useGroups = defineStore('groups', () =>
  createResources<StreamTarget, readonly Group[]>(streamTargetKey, ({ connectionId, key }, signal) =>
    api().group.list({ connectionId, key, countLag: true }, { signal }),
  ),
)
