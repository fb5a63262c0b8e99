import { formatCount } from '../../../format/format-count'

/** What the host says of rules. */
export const ruleMessages = {
  'rule.over': () => 'That is over already',
  'rule.over-remedy': () => 'Give a time to come, or none.',
  'rule.day-below-run': () => 'A day may not take less than one run',
  'rule.day-below-run-remedy': () => 'Give at least as many for a day as for a run.',
  'rule.deliveries-needed': () => 'What was delivered once only may just be on its way',
  'rule.deliveries-needed-remedy': () => 'Give 2 deliveries at the least.',
  'rule.too-many': ({ most }: { readonly most: number }) => `There are ${formatCount(most)} rules, and no more can be`,
  'rule.delete-one': () => 'Delete one that nobody needs, or change one.',
  'rule.not-tried': () => 'It was not tried as it is now, within the last hour',
  'rule.try-first': () => 'Do a dry run, and look at what it would do.',
  'rule.would-stop': () => 'Its dry run found what Redis can’t take back: a rule may not do that',
  'rule.change-it': () => 'Change it so that it leaves that alone, and try it again.',
  'rule.server-changed': () => 'Since its dry run the connection leads to what may be another server',
}
