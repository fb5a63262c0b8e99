import type { AlertFields } from '../../shared/model/alert'

/** Tells all that is found, at once. */
export const ANY_ALERT: AlertFields = {
  name: 'Anything',
  kinds: [],
  least: 'warn',
  connectionIds: [],
  stream: '',
  group: '',
  holdMs: 0,
  quiet: null,
  tellsResolved: true,
  isPaused: false,
  notifies: false,
  destinationIds: [],
}

/** Signed, to where nobody is. */
export const WEBHOOK = {
  name: 'Ops',
  format: 'sluice' as const,
  url: 'https://hooks.example.com/services/T0P/SECRET-PATH',
  key: 'a key of sixteen letters',
}
