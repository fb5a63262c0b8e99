import type { RecoveryAction } from '../../../../shared/model/plan'
import type { ActionScreen } from './action-screen'

type Spread = Extract<RecoveryAction, { kind: 'spread' }>

export const spread: ActionScreen<Spread> = {
  kind: 'spread',
  label: 'Spread over consumers',
  hint: 'Several consumers take them over, evenly by what each holds.',
  verb: 'Spread',
  needs: ['xclaim'],
  start: { kind: 'spread', to: null, includeGone: false },
  options: [
    {
      control: 'consumers',
      label: 'Spread over',
      auto: 'All that are active',
      autoQuiet: 'Those seen last that hold nothing',
      get: ({ to }) => to,
      set: (action, to) => ({ ...action, to: to === null ? null : [...to] }),
    },
    {
      control: 'check',
      label: 'Also take entries gone from the stream',
      hint: 'Redis then drops them from the pending list for good',
      get: ({ includeGone }) => includeGone,
      set: (action, includeGone) => ({ ...action, includeGone }),
    },
  ],
}
