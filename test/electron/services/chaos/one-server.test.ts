import { newestRedis, serverBinary } from '../../../helpers/available-servers'
import { describeChaos } from './chaos'
import { oneServer } from './ground'

const ONE = [
  ...['cut before a command', 'cut before a reply', 'cut within a reply', 'cut before a write', 'a reply is late'],
  ...['cut before the reply to a write', 'the reply to a write is too late', 'delivered late'],
  ...['a reply is too late', 'nothing goes through', 'refused at the door', 'still loading', 'busy with a script'],
  ...['a replica of a lost primary', 'misconfigured', 'no sense at all', 'the clock is ahead by an hour'],
  ...['the clock is behind by a day', 'no more clients', 'out of memory', 'killed and started again with its data'],
  ...['stands still', 'clients are paused', 'its clients are killed', 'bytes come one by one'],
  ...['the end of a reply never comes', 'bytes come twice', 'a byte is another'],
]
const oldest = serverBinary().name
const newest = newestRedis().name
for (const version of new Set([oldest, newest]))
  describeChaos(`on ${version}`, ONE.length, () => oneServer(version), ONE)
