import { displayBytes, type Bytes } from '../../../bytes'
import { pluralForm } from '../../../format/format-count'

interface Script {
  readonly key: Bytes
  readonly group: Bytes
  /** ISO. */
  readonly at: string
}

/** Of what is exported. */
export const exportMessages = {
  'export.script-stream': ({ key, at }: Script) =>
    `Sluice: the whole stream ${displayBytes(key)} as of ${at}. Lead it into redis-cli where no such key is.`,
  'export.script-entries': ({ key, at }: Script) =>
    `Sluice: entries of ${displayBytes(key)} as of ${at}, by their own ids; not all that the stream is.`,
  'export.script-pending': ({ key, group, at }: Script) =>
    `Sluice: what is pending in ${displayBytes(group)} of ${displayBytes(key)} as of ${at}, by XCLAIM FORCE; entries and group must be there.`,
  'export.script-groups': ({ key, at }: Script) =>
    `Sluice: the groups of ${displayBytes(key)} as of ${at}, with their consumers and nothing pending.`,
  'export.script-end': ({ rows }: { readonly rows: number }) =>
    `Sluice: the script is whole, ${rows} ${pluralForm(rows, { one: 'row', other: 'rows' })}.`,
}
