import type { Finding } from './findings'

/** How bad each kind of finding is: bad needs help, warn a look. */
export const FINDING_HEALTH: Readonly<Record<Finding['kind'], 'bad' | 'warn'>> = {
  ...{ stalled: 'bad', stuck: 'bad', poison: 'bad', 'beyond-end': 'bad' },
  ...{ gone: 'warn', lagging: 'warn', late: 'warn', unreadable: 'warn' },
}
