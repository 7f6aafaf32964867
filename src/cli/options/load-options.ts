import { limitVensBounds } from '../../api/option-values.ts';
import { textList, wholeNumber, yesOrNo } from '../../core/options.ts';
import { spec } from './option-spec.ts';

/** Which loads a command is about. */
export const loadOptions = {
  ven: spec({
    flags: '--ven <name>',
    env: 'VENFLEET_VEN',
    help: 'only this VEN; may be given several times',
    helpOf: { deregister: 'required: the VEN to take off; may be given several times' },
    check: textList(),
  }),
  limitVens: spec({
    flags: '--limit-vens <n>',
    env: 'VENFLEET_LIMIT_VENS',
    help: 'only the first N VENs by name',
    check: wholeNumber(...limitVensBounds),
  }),
  component: spec({
    flags: '--component <name>',
    env: 'VENFLEET_COMPONENT',
    help: 'only loads of this component, e.g. load_2; may be given several times',
    check: textList(),
  }),
  load: spec({
    flags: '--load <id>',
    env: 'VENFLEET_LOAD',
    help: 'only this load, by its id in the database; may be given several times',
    helpOf: {
      'events history': 'what was handed to this load, by its id in the database',
      'events explain': 'what this load is to do, by its id in the database (default: one of each component)',
    },
    check: textList(),
  }),
  includeDisabled: spec({
    flags: '--include-disabled',
    env: 'VENFLEET_INCLUDE_DISABLED',
    help: 'also the loads of disabled sites',
    check: yesOrNo(),
    default: false,
  }),
} as const;
