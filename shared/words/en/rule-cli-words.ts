import type { Count } from '../../count'
import { formatNoun, pluralForm } from '../../format/format-count'

/** What `sluice rules` says. */
export const ruleCliWords = {
  noSuchWord: (words: readonly string[], given: string) =>
    `sluice rules takes ${words.join(', ')}, not ${given} (sluice help rules says how)`,
  whichRule: (word: string) => `sluice rules ${word} needs RULE, a rule’s name or id (sluice rules lists them)`,
  noRule: (word: string, given: string) => `sluice rules ${word} takes no rule, and ${given} is one`,
  noSuchRule: (named: string, there: string) =>
    `there is no rule ${named}${there === '' ? '; there are none yet' : `; there are: ${there}`}`,
  ruleTwice: (named: string) => `more than one rule is called ${named}; give its id (sluice rules --json tells it)`,
  none: 'No rules. They are made in the window: G K, or “Keep doing this…” beside a recovery.',
  columns: {
    rule: 'RULE',
    state: 'STATE',
    lastRun: 'LAST RUN',
    today: 'TODAY',
    what: 'WHAT',
    connection: 'CONNECTION',
  },
  stopped: 'turned itself off',
  neglected: 'on, but not run',
  nobodyRuns:
    'No Sluice has run a rule that is on for a while: a window or web host with its connection open does, or “sluice rules run”.',
  ofDay: (done: string, most: string) => `${done} of ${most}`,
  isOnAlready: (name: string) => `${name} is on already.`,
  isOffAlready: (name: string) => `${name} is off already.`,
  whoRuns: 'A window or web host that has its connection open runs it, or “sluice rules run”.',
  isProduction: (connection: string) => `${connection} is production`,
  notTriedWell: (why: string) => `its dry run could not look at all of it, so it is not turned on: ${why}`,
  otherConnection: (rule: string, named: string) =>
    `${rule} is a rule of another connection than ${named}: leave the connection out`,
  noConnection: (rule: string) =>
    `the connection of ${rule} is none here: name it as then, by its address or by --connection`,
  running: (rules: Count, connection: string | null) =>
    rules === 0
      ? `No rule${connection === null ? '' : ` of ${connection}`} is on; waiting for one. Ctrl+C ends it.`
      : `${formatNoun(rules, 'rule')} ${pluralForm(rules, { one: 'is', other: 'are' })} on; Ctrl+C ends it.`,
  notOpened: (connection: string, why: string) => `${connection} can’t be opened, and is tried again: ${why}`,
}
