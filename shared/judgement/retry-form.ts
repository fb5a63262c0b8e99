import type { Job } from '../model/job'

/** By which form what failed of a job can be tried again; null: by none. */
export const RETRY_FORMS: Readonly<Record<Job['kind'], 'recovery' | 'deletion' | 'redrive' | null>> = {
  claim: 'recovery',
  spread: 'recovery',
  ack: 'recovery',
  ackDelete: 'recovery',
  deadLetter: 'recovery',
  requeue: 'recovery',
  release: 'recovery',
  autoClaim: 'recovery',
  handle: 'recovery',
  delete: 'deletion',
  redrive: 'redrive',
  trim: null,
  'remove consumer': null,
  'set id': null,
  'destroy group': null,
  'make pending': null,
  'restore entries': null,
  copy: null,
  'restore stream': null,
  'swap streams': null,
  undo: null,
}
