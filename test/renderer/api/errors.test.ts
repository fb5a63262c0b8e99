import { ORPCError } from '@orpc/client'
import { describe, expect, it } from 'vitest'
import { describeError, errorData, errorInfo } from '../../../renderer/api/errors'
import { HostLostError } from '../../../renderer/api/link-state'
import { appErrors } from '../../../shared/error-data'
import { message, verbatim } from '../../../shared/words/messages'

function thrown(code: string, data: unknown): ORPCError<string, unknown> {
  return new ORPCError(code, { defined: true, data })
}

function redis(reply: string): ORPCError<string, unknown> {
  return thrown('REDIS', { prefix: reply.split(' ')[0], reply, command: 'XCLAIM' })
}

const SAMPLES = {
  REDIS: { prefix: 'ERR', reply: 'ERR no such key', command: 'XINFO' },
  UNREACHABLE: { reason: 'refused', endpoint: 'db:6379', detail: null },
  UNKNOWN_OUTCOME: { command: 'XCLAIM', cause: 'lost' },
  NOT_CARRIED_OUT: { what: 'entry', command: 'XADD' },
  READ_ONLY: { connection: 'orders-eu' },
  FORBIDDEN: { role: 'viewer', needs: 'operator' },
  CONFIRMATION_NEEDED: { connection: 'orders-eu', host: 'db', expected: 'orders' },
  NOT_FOUND: { what: 'group', name: { base64: '//4=' } },
  TOO_LARGE: { what: 'entry', mostBytes: 8_388_608 },
  BAD_INPUT: { field: 'port', problem: message('url.bad-port'), remedy: message('url.write-port') },
  STALE_PLAN: { planId: 'p1', problem: message('plan.too-old') },
  ODD_REPLY: {},
  CONFLICT: { jobId: 'j1' },
  BUSY: { most: 256 },
  UNSUPPORTED: { feature: 'XNACK', reason: verbatim('Redis 8.8 or later has it') },
  STORAGE: {
    ...{ file: 'journal.jsonl', operation: 'write', why: null, sent: false },
    problem: message('journal.not-written'),
  },
} satisfies Record<keyof typeof appErrors, unknown>

describe('words for errors', () => {
  it.each(Object.keys(appErrors) as (keyof typeof appErrors)[])('%s has a title and a next step', (code) => {
    for (const error of [thrown(code, SAMPLES[code]), { code, data: SAMPLES[code] }]) {
      const { title, next } = describeError(error)
      expect(title).not.toMatch(/undefined|object|inside Sluice/)
      expect(next).not.toBe('')
    }
  })

  it('a plan that gave way is told apart from one that is no longer so, with what to do', () => {
    const of = (problem: ReturnType<typeof message>) => describeError(thrown('STALE_PLAN', { planId: 'p', problem }))
    expect(of(message('plan.too-old'))).toMatchObject({
      title: 'This plan is kept no longer',
      next: expect.stringMatching(/Nothing was sent\. .*Make it again\./) as string,
    })
    expect(of(message('plan.group-since')).title).toContain('Things changed')
  })

  it.each(appErrors.UNREACHABLE.shape.reason.options)('unreachable because of %s has its own words', (reason) => {
    const { title, next } = describeError(thrown('UNREACHABLE', { reason, endpoint: 'db:6379', detail: null }))
    expect(`${title} ${next}`).toMatch(/\w{3,}/)
    expect(title).not.toContain('undefined')
  })

  it.each(appErrors.NOT_FOUND.shape.what.options)('a missing %s says what to do', (what) => {
    expect(describeError(thrown('NOT_FOUND', { what, name: 'x' })).next).toMatch(/\w{3,}/)
  })

  it('has words for an unknown outcome, with an entry that may be the one and without', () => {
    const data = { command: 'XADD', cause: 'lost' }
    expect(describeError(thrown('UNKNOWN_OUTCOME', data)).next).toContain('may or may not have been carried out')
    expect(describeError(thrown('UNKNOWN_OUTCOME', { ...data, alike: '1-0' })).next).toContain('1-0: it is yours, or')
    const read = describeError(thrown('UNKNOWN_OUTCOME', { ...data, readBack: true })).next
    expect(read).toContain('was read once the connection was back')
    expect(read).not.toContain('may or may not')
  })

  // As servers word them, https://redis.io/docs/latest/operate/.
  it.each([
    ["NOPERM this user has no permissions to run the 'xpending' command", 'may not'],
    ['NOPERM No permissions to access a key', 'may not'],
    ["READONLY You can't write against a read only replica.", 'replica'],
    ['LOADING Redis is loading the dataset in memory', 'loading'],
    ["OOM command not allowed when used memory > 'maxmemory'.", 'out of memory'],
    ["MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.", 'disk'],
    ['NOREPLICAS Not enough good replicas to write.', 'replicas'],
    ["MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", 'primary'],
    ['BUSYGROUP Consumer Group name already exists', 'already exists'],
    ["NOGROUP No such key 's' or consumer group 'g'", 'gone'],
    ['ERR no such key', 'gone'],
    ['ERR The XGROUP subcommand requires the key to exist.', 'gone'],
    ['UNBLOCKED the stream key no longer exists', 'deleted'],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', 'not a stream'],
    ["CROSSSLOT Keys in request don't hash to the same slot", 'nodes of the cluster'],
    ['MOVED 3999 127.0.0.1:6381', 'another node'],
    ['ASK 3999 127.0.0.1:6381', 'another node'],
    ['TRYAGAIN Multiple keys request during rehashing of slot', 'moving'],
    ['CLUSTERDOWN Hash slot not served', 'cluster is down'],
    ['BUSY Redis is busy running a script.', 'busy'],
    ['NOAUTH Authentication required.', 'password'],
    ['WRONGPASS invalid username-password pair or user is disabled.', 'don’t match'],
    ['ERR max number of clients reached', 'no room'],
    ["ERR unknown command 'XNACK'", 'doesn’t know'],
    ['ERR The ID specified in XADD is equal or smaller than the target stream top item', 'not greater'],
  ])('%s', (reply, words) => {
    const { title, next } = describeError(redis(reply))
    expect(title).toContain(words)
    expect(next).not.toBe('')
  })

  it('shows what Redis said where there are no better words', () => {
    expect(describeError(redis('ERR something new'))).toMatchObject({
      title: 'Redis refused XCLAIM',
      reply: 'ERR something new',
    })
  })

  it('tells faults of Sluice from those of Redis', () => {
    expect(describeError(new TypeError('x is undefined')).title).toContain('inside Sluice')
    expect(describeError(new HostLostError()).title).toContain('own process')
    expect(describeError('odd').reply).toBeUndefined()
  })

  it('takes an error of oRPC itself for a fault of Sluice, whatever its code', () => {
    for (const code of ['NOT_FOUND', 'UNREACHABLE', 'CONFLICT', 'INTERNAL_SERVER_ERROR']) {
      expect(describeError(new ORPCError(code)).title).toContain('inside Sluice')
      expect(errorInfo(new ORPCError(code, { data: { what: 'stream', name: 'x' } }))).toBeNull()
    }
    expect(describeError(new ORPCError('BAD_REQUEST')).title).toContain('can’t be used')
  })

  it('names the database where it is what the server refuses', () => {
    const detail = verbatim('ERR DB index is out of range')
    const { title, reply } = describeError(thrown('UNREACHABLE', { reason: 'no-database', endpoint: 'db:1', detail }))
    expect(reply).toBe('ERR DB index is out of range')
    expect(title).toBe('db:1 has no database of this number')
  })

  it('hands out the data of the one code that is asked for', () => {
    expect(errorData(thrown('CONFLICT', { jobId: 'j1' }), 'CONFLICT')).toEqual({ jobId: 'j1' })
    expect(errorData(thrown('CONFLICT', { jobId: 'j1' }), 'STORAGE')).toBeNull()
    expect(errorData(new Error('x'), 'STORAGE')).toBeNull()
  })
})
