import { burstSeed } from './burst'
import { checkinsSeed } from './checkins'
import { eventGuideSeed } from './event-guide'
import type { SeedMaker } from './lines'
import { oddNamesSeed } from './odd-names'
import { ordersSeed } from './orders'
import { payloadsSeed } from './payloads'
import { recoverableConsumersSeed } from './recoverable-consumers'
import { smallStreamsSeed } from './small-streams'
import { tweetsSeed } from './tweets'
import { twoGroupsSeed } from './two-groups'

/** Everything that the sandbox is filled with. */
export const allSeeds: readonly SeedMaker[] = [
  ordersSeed,
  tweetsSeed,
  recoverableConsumersSeed,
  eventGuideSeed,
  checkinsSeed,
  twoGroupsSeed,
  burstSeed,
  payloadsSeed,
  oddNamesSeed,
  smallStreamsSeed,
]
