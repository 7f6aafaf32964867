import type { CommandDefinition } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/main.ts';
import { type OptionName, options } from '../../src/cli/options/option-table.ts';
import type { OptionSpec } from '../../src/core/options.ts';

const definitions: readonly Pick<CommandDefinition, 'name' | 'options'>[] = await Promise.all(
  Object.values(commands).map(({ load }) => load()),
);

/** Every option, as docs/configuration.md lists it. */
export function optionTable(): string {
  const rows = Object.entries(options).map(([key, option]) => {
    const flag = 'flags' in option ? `\`${option.flags}\`` : '';
    const standard = 'default' in option && option.default !== false ? `\`${option.default}\`` : '';
    return [
      `\`${key}\``,
      flag,
      `\`${option.env}\``,
      commandsOf(key as OptionName),
      standard,
      prose(helpOf(option)),
    ];
  });
  const head = ['key', 'flag', 'variable', 'commands', 'default', 'what'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
}

function helpOf({ help, helpOf = {} }: OptionSpec): string {
  return [help, ...Object.entries(helpOf).map(([command, other]) => `${command}: ${other}`)].join('; ');
}

function commandsOf(key: OptionName): string {
  if (key === 'config' || key === 'logLevel') return 'all';
  return definitions
    .filter((command) => command.options.includes(key))
    .map((command) => command.name)
    .join(', ');
}

/** Help as Markdown: angle brackets are no HTML, bars are no cells. */
function prose(text: string): string {
  return text.replace(/[<|]/g, (sign) => (sign === '<' ? '&lt;' : '\\|'));
}
