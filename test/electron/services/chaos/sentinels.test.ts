import { describeChaos } from './chaos'
import { bySentinels } from './ground-of-many'

describeChaos('by sentinels', 4, bySentinels, [
  'failed over by hand',
  'its primary is killed',
  'a sentinel stands still',
])
