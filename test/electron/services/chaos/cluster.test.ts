import { describeChaos, KEY } from './chaos'
import { aCluster } from './ground-of-many'

describeChaos('on a cluster', 6, () => aCluster(KEY), [
  ...['failed over by hand', 'its primary is killed', 'a slot moves', 'its primary stands still for a moment'],
])
