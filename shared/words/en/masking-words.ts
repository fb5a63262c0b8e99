import { formatNoun } from '../../format/format-count'
import { MOST_MASKED_NAMES, MOST_NAME_CHARS } from '../../masking/names'

/** Values that are not shown, by the names of their fields and keys. */
export const maskingWords = {
  masked: 'Some values are masked.',
  shown: 'Masked values are shown.',
  left: (seconds: number) => `for ${formatNoun(seconds, 'second')} more`,
  journaled: 'The journal says who shows them.',
  show: 'Show masked values',
  hide: 'Mask again',
  wholly: 'Masked, by its name or one in it.',
  notWhole: 'Masked: show the entry’s masked values first',
  part: 'masked in part',
  copied: (said: string, values: number) => `${said}, with ${formatNoun(values, 'value')} masked`,
  editShows: 'Some of its values are masked. To edit the fields they are shown.',
  setting: 'Mask values',
  settingHint:
    'Shown as ••• on screen, in exports and what is copied from here, on the command line, to programs and assistants. Nothing in Redis changes.',
  names: 'Names of fields and keys whose values are masked',
  namesHint:
    'Parted by commas. Whole words, however they are written: access token is accessToken and ACCESS_TOKEN too; customer.email is the e-mail within customer.',
  namesNeeded: `1 to ${MOST_MASKED_NAMES} names, each of at most ${MOST_NAME_CHARS} characters; or switch it off`,
}
