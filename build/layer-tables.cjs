// The folders, and which of them each may import: what layers.cjs makes rules of, and its test breaks one by one.
/** Each folder, and those of its own tree that it may use besides itself and shared/. */
const HOST = {
  redis: [],
  services: ['redis'],
  api: ['services', 'redis'],
  sandbox: ['redis'],
  host: ['api', 'services', 'redis', 'sandbox'],
  desktop: ['host', 'api', 'services'],
  web: ['host', 'api', 'services'],
  cli: ['host', 'api'],
}
const PAGE = {
  utils: [],
  api: ['utils'],
  stores: ['api', 'utils'],
  composables: ['stores', 'api', 'utils'],
  components: ['composables', 'stores', 'api', 'utils'],
  views: ['components', 'composables', 'stores', 'api', 'utils'],
}

/** The rooms of electron/services: of its other rooms, what each may use. */
const SEVEN = ['lib', 'inspection', 'connections', 'journal', 'monitoring', 'jobs', 'backup']
const ROOMS = {
  lib: [],
  history: ['lib'],
  alerts: ['lib', 'connections'],
  decoding: ['lib'],
  searches: ['lib'],
  inspection: ['lib'],
  connections: ['lib'],
  export: ['lib', 'inspection', 'decoding'],
  journal: ['lib', 'inspection'],
  monitoring: ['lib', 'inspection', 'connections'],
  jobs: ['lib', 'inspection', 'connections', 'journal'],
  backup: ['lib', 'journal'],
  trim: SEVEN,
  'entry-deletion': SEVEN,
  additions: SEVEN,
  recovery: SEVEN,
  redrive: [...SEVEN, 'recovery'],
  restore: [...SEVEN, 'recovery'],
  copy: [...SEVEN, 'export', 'recovery', 'restore'],
  'group-change': [...SEVEN, 'recovery'],
  rules: ['lib', 'inspection', 'journal', 'jobs', 'recovery'],
  sweep: ['lib', 'inspection', 'journal', 'jobs', 'recovery', 'rules'],
}

/** The folders of services/recovery: of its other folders, what each may use. All know `action.ts`, and none `recovery.ts`. */
const RECOVERY = {
  selection: [],
  acks: ['selection'],
  claims: ['selection', 'acks'],
  undo: ['selection', 'acks', 'claims'],
  targets: ['undo'],
  copies: ['selection', 'undo'],
  hashes: ['undo'],
  actions: ['selection', 'acks', 'claims', 'undo', 'targets', 'copies', 'hashes'],
  plan: ['selection', 'undo', 'targets', 'copies', 'hashes', 'actions'],
  script: ['selection', 'claims', 'copies', 'hashes', 'actions', 'plan'],
}

/** Where one command's, one batch's outcome is judged: of electron/services, who may ask whether it is unknown. */
const JUDGES = [
  'entry-deletion/run',
  'jobs/lost-reply',
  'jobs/run-batch',
  'jobs/send-commands',
  'recovery/actions/handle',
  'recovery/copies/copies-given-back',
  'recovery/copies/copy-by-commands',
  'recovery/copies/copy-by-script',
  'recovery/copies/delete-originals',
  'recovery/hashes/hashes-given-back',
  'recovery/copies/remove-copies',
  'recovery/hashes/write-hashes',
  'redrive/by-commands',
  'redrive/by-script',
  'restore/add-copies',
  'restore/undo-copies',
  'restore/write-part',
]

module.exports = { HOST, PAGE, ROOMS, RECOVERY, JUDGES }
