import type { Redis } from 'ioredis'
import { startFaultProxy, type CommandMatch, type FaultProxy } from '../../../helpers/fault-proxy'
import { struck } from '../../../helpers/faults-struck'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { startRoughLine, type Roughness } from '../../../helpers/rough-line'
import { HASTE } from '../recovery/failover-kit'
import { openSluice, type Sluice } from '../recovery/recovery-kit'

/** What a fault takes with it, however well it is handled. */
export type Takes =
  /** Nothing: what was done is told exactly, or as unknown. */
  | 'nothing'
  /** Writes that a server confirmed and its replica never heard of. */
  | 'writes'
  /** The truth of replies: no client can tell a wrong digit from a right one. */
  | 'truth'

export interface Fault {
  readonly takes: Takes
  /** Strikes; gives what heals it. `at`: any number, for what strikes somewhere. */
  strike(at: number): Promise<() => Promise<void>>
}

/** Servers, and Sluice before them. */
export interface Ground {
  readonly sluice: Sluice
  readonly faults: Readonly<Record<string, Fault>>
  /** A client of the server that has the stream now. */
  direct(): Promise<Redis>
  /** Of each server, how many others have all that it has. */
  readonly replicas: number
  /** Waits until each server is where it has to be, and follows whom it has to. */
  settled(): Promise<void>
  stop(): Promise<void>
}

const nothing = (): Promise<void> => Promise.resolve()
const WORKS: CommandMatch = ([name = '']) => /^(XPENDING|XCLAIM|XACK|XADD|EVAL|EVALSHA|EXEC|XINFO|XRANGE)$/i.test(name)
const WRITES: CommandMatch = ([name = '']) => /^(XCLAIM|XACK|XADD|EVAL|EVALSHA|EXEC)$/i.test(name)

/** Its every way of failing that one server has. */
export async function oneServer(version: string): Promise<Ground> {
  const redis = await startRedis({ version, config: ['appendonly yes', 'appendfsync always'] })
  const proxy = await startFaultProxy(redis)
  const line = await startRoughLine(proxy)
  const sluice = await openSluice(
    redis.connection({ endpoint: { kind: 'tcp', host: line.host, port: line.port } }),
    null,
    { timings: HASTE },
  )
  const direct = redis.client({ stringNumbers: true })
  const rough = (what: Roughness, takes: Takes): Fault => ({
    takes,
    strike(at) {
      line.strike(what, 1 + (at % 3), at)
      return Promise.resolve(() => Promise.resolve(line.heal()))
    },
  })
  const config = (name: string, value: string, back: string): Fault => ({
    takes: 'nothing',
    async strike() {
      struck(`${name} ${value}`)
      await direct.config('SET', name, value)
      proxy.cut()
      return async () => void (await direct.config('SET', name, back))
    },
  })
  return {
    sluice,
    faults: {
      ...onCommands(proxy),
      'no more clients': config('maxclients', '1', '10000'),
      'out of memory': config('maxmemory', '1', '0'),
      'killed and started again with its data': {
        takes: 'nothing',
        async strike() {
          await redis.kill()
          return async () => {
            await redis.restart({ keepData: 'as saved' })
            await until(async () => (await direct.ping().catch(() => '')) === 'PONG')
          }
        },
      },
      'stands still': standsStill(redis),
      'clients are paused': {
        takes: 'nothing',
        async strike(at) {
          struck('CLIENT PAUSE')
          await direct.call('CLIENT', ['PAUSE', 200 + (at % 2_000), at % 2 === 0 ? 'ALL' : 'WRITE'])
          return async () => void (await direct.call('CLIENT', ['UNPAUSE']))
        },
      },
      'its clients are killed': {
        takes: 'nothing',
        async strike() {
          struck('CLIENT KILL')
          await direct.call('CLIENT', ['KILL', 'TYPE', 'normal', 'SKIPME', 'yes'])
          return nothing
        },
      },
      'bytes come one by one': rough('split', 'nothing'),
      'the end of a reply never comes': rough('lost', 'nothing'),
      'bytes come twice': rough('twice', 'truth'),
      'a byte is another': rough('garbled', 'truth'),
    },
    direct: () => Promise.resolve(direct),
    replicas: 0,
    settled: nothing,
    async stop() {
      redis.thaw()
      await sluice.stop()
      await line.stop()
      await proxy.stop()
      await redis.stop()
    },
  }
}

/** Faults at the next command that works on entries, the `at`-th of them. */
function onCommands(proxy: FaultProxy): Readonly<Record<string, Fault>> {
  const on = (fault: Parameters<FaultProxy['fault']>[1], match: CommandMatch = WORKS): Fault => ({
    takes: 'nothing',
    strike(at) {
      let left = at % 6
      const isIt = typeof match === 'function' ? match : ([name]: readonly string[]) => name?.toUpperCase() === match
      let isOver = false
      void proxy.fault((args) => !isOver && isIt(args) && (left -= 1) < 0, fault)
      return Promise.resolve(() => Promise.resolve(void (isOver = true)))
    },
  })
  const time = (ms: number): string => {
    const seconds = String(Math.floor(ms / 1_000))
    return `*2\r\n$${seconds.length}\r\n${seconds}\r\n$1\r\n0\r\n`
  }
  const answered = (reply: string): Fault => on({ kind: 'answer', reply: `${reply}\r\n` })
  return {
    'cut before a command': on({ kind: 'cut-before-forward' }),
    'cut before a reply': on({ kind: 'cut-before-reply' }),
    'cut within a reply': on({ kind: 'cut-in-reply', bytes: 3 }),
    'cut before a write': on({ kind: 'cut-before-forward' }, WRITES),
    'cut before the reply to a write': on({ kind: 'cut-before-reply' }, WRITES),
    'the reply to a write is too late': on({ kind: 'delay', ms: HASTE.commandTimeoutMs + 300 }, WRITES),
    'delivered late': {
      takes: 'nothing',
      async strike(at) {
        const heal = await on({ kind: 'cut-and-keep' }, WRITES).strike(at)
        return async () => {
          await heal()
          await proxy.deliver()
        }
      },
    },
    'a reply is late': on({ kind: 'delay', ms: 300 }),
    'a reply is too late': on({ kind: 'delay', ms: HASTE.commandTimeoutMs + 300 }),
    'nothing goes through': {
      takes: 'nothing',
      strike() {
        proxy.blackhole()
        return Promise.resolve(() => Promise.resolve(proxy.resume()))
      },
    },
    'refused at the door': {
      takes: 'nothing',
      strike() {
        proxy.refuse()
        proxy.cut()
        return Promise.resolve(() => Promise.resolve(proxy.accept()))
      },
    },
    'still loading': answered('-LOADING Redis is loading the dataset in memory'),
    'busy with a script': answered('-BUSY Redis is busy running a script.'),
    'a replica of a lost primary': answered(
      "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is 'no'.",
    ),
    misconfigured: answered('-MISCONF Redis is configured to save RDB snapshots, but is unable to persist on disk.'),
    'no sense at all': answered('-WHO knows'),
    'the clock is ahead by an hour': on({ kind: 'replace-reply', reply: time(Date.now() + 3_600_000) }, 'TIME'),
    'the clock is behind by a day': on({ kind: 'replace-reply', reply: time(Date.now() - 86_400_000) }, 'TIME'),
  }
}

function standsStill(server: TestRedis): Fault {
  return {
    takes: 'nothing',
    strike() {
      server.freeze()
      return Promise.resolve(() => Promise.resolve(server.thaw()))
    },
  }
}

export async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await condition().catch(() => false)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it never came true')
}
