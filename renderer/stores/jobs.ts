import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Job } from '../../shared/model/job'
import { api } from '../api/client'
import { subscribe } from '../api/subscribe'
import { withSample, type JobSample } from '../utils/job-rate'

type Ended = (job: Job) => void
/** What is said of a job beside its outcome, by that. */
export type Remarks = (job: Job) => readonly string[]

/** Every job of the host as it stands. Jobs outlive a reload and a lost socket. */
export const useJobs = defineStore('jobs', () => {
  const jobs = shallowRef<ReadonlyMap<string, Job>>(new Map())
  /** Jobs shown in the corner: those that run or ended while this page was open, until dismissed. */
  const noticed = shallowRef<readonly string[]>([])
  /** What the plan warned of, by job. */
  const remarks = shallowRef<ReadonlyMap<string, Remarks>>(new Map())
  /** What its kind of action does, of those that were started without a preview. */
  const explanations = shallowRef<ReadonlyMap<string, readonly string[]>>(new Map())
  /** How running jobs got on, as this page was told. */
  const samples = new Map<string, readonly JobSample[]>()
  const listeners = new Set<Ended>()

  const running = computed(() => [...jobs.value.values()].filter(({ state }) => state === 'running'))
  const notices = computed(() => noticed.value.flatMap((id) => jobs.value.get(id) ?? []))

  const samplesOf = (id: string): readonly JobSample[] => samples.get(id) ?? []

  /** Takes in a job as it stands now. An older picture of it than the one known is ignored. */
  function note(job: Job): void {
    const known = jobs.value.get(job.id)
    if (known && known.state !== 'running' && job.state === 'running') return
    jobs.value = new Map(jobs.value).set(job.id, job)
    if (job.state === 'running') samples.set(job.id, withSample(samplesOf(job.id), known, job, Date.now()))
    else samples.delete(job.id)
    if (isNews(job, known)) show(job.id)
    if (job.state !== 'running' && known?.state === 'running') for (const listener of listeners) listener(job)
  }

  /** What a rule does is none while it goes well: the rule itself and the journal tell of it. */
  function isNews({ rule, state }: Job, known: Job | undefined): boolean {
    if (rule === undefined) return state === 'running'
    return known?.state === 'running' && (state === 'failed' || state === 'interrupted')
  }

  function show(id: string): void {
    if (!noticed.value.includes(id)) noticed.value = [...noticed.value, id].slice(-5)
  }

  /** Instead of what it takes back: the next click on that spot must not take back another one that slid there. */
  function showInstead(id: string, recordId: string): void {
    const isTakenBack = (shown: string): boolean => jobs.value.get(shown)?.recordId === recordId
    if (!noticed.value.some(isTakenBack)) return
    noticed.value = noticed.value.filter((shown) => shown !== id).map((shown) => (isTakenBack(shown) ? id : shown))
  }

  /** Takes in a job that was just started here, with what is to be said about it. */
  function started(job: Job, said?: Remarks, explained: readonly string[] = []): void {
    if (said) remarks.value = new Map(remarks.value).set(job.id, said)
    if (explained.length > 0) explanations.value = new Map(explanations.value).set(job.id, explained)
    const isEnded = job.state !== 'running'
    note(job)
    show(job.id)
    if (isEnded) for (const listener of listeners) listener(job)
  }

  /** The job that wrote a record; null when it is not known any more. */
  function ofRecord(recordId: string): Job | null {
    return [...jobs.value.values()].find((job) => job.recordId === recordId) ?? null
  }

  function dismiss(id: string): void {
    noticed.value = noticed.value.filter((other) => other !== id)
  }

  /** Calls back for each job that ends from now on; returns how to stop. */
  function onEnded(listener: Ended): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  async function cancel(jobId: string): Promise<void> {
    note(await api().job.cancel({ jobId }))
  }

  async function pause(jobId: string): Promise<void> {
    note(await api().job.pause({ jobId }))
  }

  async function resume(jobId: string): Promise<void> {
    note(await api().job.resume({ jobId }))
  }

  async function limit(jobId: string, perSecond: number | null): Promise<void> {
    note(await api().job.limit({ jobId, perSecond }))
  }

  const follow = (): (() => void) => subscribe((signal) => api().job.watch(undefined, { signal }), note)

  return {
    jobs,
    running,
    notices,
    remarks,
    explanations,
    started,
    show,
    showInstead,
    ofRecord,
    dismiss,
    onEnded,
    samplesOf,
    cancel,
    pause,
    resume,
    limit,
    follow,
  }
})
