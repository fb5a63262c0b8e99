import type { GroupChange } from '../../../shared/model/group-change'

/** A change of the group itself, and not of entries in it. */
export type OwnChange = Exclude<GroupChange['kind'], 'make pending'>
