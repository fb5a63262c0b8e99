// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Job } from '../../../shared/model/job'
import { useJobs } from '../../../renderer/stores/jobs'
import { fakeApi } from '../helpers/fake-api'

const job: Job = {
  id: 'j1',
  kind: 'claim',
  connectionId: 'c1',
  key: 'orders',
  group: 'billing',
  to: 'w2',
  state: 'running',
  done: 0,
  total: 10,
  counts: { changed: 0, leftAlone: 0, gone: 0, dropped: 0, unknown: 0 },
  throttle: { paused: false, perSecond: null, heldBackBy: null },
  failures: [],
  startedAt: 0,
  endedAt: null,
  error: null,
  recordId: 'r1',
  undoable: false,
}

beforeEach(() => setActivePinia(createPinia()))

describe('the jobs', () => {
  it('show from their start until dismissed, and tell when they end, once', async () => {
    const ended = { ...job, state: 'done', done: 10, undoable: true } as const
    fakeApi({ job: { cancel: () => ended } })
    const jobs = useJobs()
    const listener = vi.fn()
    jobs.onEnded(listener)
    jobs.started(job, () => ['Undo gives back owner and delivery count.'])
    expect(jobs.running).toHaveLength(1)
    await jobs.cancel('j1')
    await jobs.cancel('j1')
    expect(jobs.running).toHaveLength(0)
    expect(jobs.notices.map(({ state }) => state)).toEqual(['done'])
    expect(listener).toHaveBeenCalledOnce()
    jobs.dismiss('j1')
    expect(jobs.notices).toHaveLength(0)
  })

  it('of what is taken back make place for what takes it back, and nothing slides into it', () => {
    const jobs = useJobs()
    for (const n of [1, 2, 3]) jobs.started({ ...job, id: `j${n}`, recordId: `r${n}`, state: 'done', undoable: true })
    jobs.started({ ...job, id: 'u', kind: 'undo', recordId: 'ru' })
    jobs.showInstead('u', 'r2')
    jobs.dismiss('j2')
    expect(jobs.notices.map(({ id }) => id)).toEqual(['j1', 'u', 'j3'])
    jobs.showInstead('u', 'r9')
    expect(jobs.notices.map(({ id }) => id)).toEqual(['j1', 'u', 'j3'])
  })

  it('never go back from ended to running', () => {
    const jobs = useJobs()
    jobs.started({ ...job, state: 'done' })
    jobs.started(job)
    expect(jobs.jobs.get('j1')?.state).toBe('done')
  })

  it('tell of those that ended before their start was answered', () => {
    const jobs = useJobs()
    const listener = vi.fn()
    jobs.onEnded(listener)
    jobs.started({ ...job, state: 'failed' })
    expect(listener).toHaveBeenCalledOnce()
  })
})

describe('the jobs of a rule', () => {
  const ofRule: Job = { ...job, rule: 'Monitor' }
  /** As the host tells it. */
  async function told(now: Job): Promise<void> {
    fakeApi({ job: { cancel: () => now } })
    await useJobs().cancel(now.id)
  }

  it('are known and show nothing while they go well', async () => {
    const jobs = useJobs()
    const listener = vi.fn()
    jobs.onEnded(listener)
    await told(ofRule)
    expect(jobs.running).toHaveLength(1)
    await told({ ...ofRule, state: 'done' })
    expect(jobs.notices).toEqual([])
    expect(listener).toHaveBeenCalledOnce()
  })

  it.each(['failed', 'interrupted'] as const)('show once they are %s, but for those of before', async (state) => {
    const jobs = useJobs()
    await told({ ...ofRule, id: 'of-yesterday', state })
    expect(jobs.notices).toEqual([])
    await told(ofRule)
    await told({ ...ofRule, state })
    expect(jobs.notices.map(({ id }) => id)).toEqual(['j1'])
  })
})
