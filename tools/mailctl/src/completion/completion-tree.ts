import type { Command, Option } from 'commander';

export interface CompletedOption {
  readonly flag: string;
  readonly description: string;
  readonly takesValue: boolean;
  /** Its values, where they are known. */
  readonly choices: readonly string[];
}

/** A command with what can follow it. `path` is `/deliveries/list`, and of the program itself empty. */
export interface CompletedCommand {
  readonly path: string;
  readonly words: readonly { readonly word: string; readonly description: string }[];
  readonly options: readonly CompletedOption[];
}

const optionOf = ({ long, description, required, optional, argChoices }: Option): CompletedOption => ({
  flag: long ?? '',
  description,
  takesValue: required || optional,
  choices: argChoices ?? [],
});

/** Every command, from its definition, each with the options of those above it. */
export function completionTree(program: Command): CompletedCommand[] {
  const visit = (command: Command, path: string, inherited: readonly CompletedOption[]): CompletedCommand[] => {
    const options = [...command.options.map(optionOf), ...inherited];
    const subcommands = command.commands.map((sub) => ({ word: sub.name(), description: sub.description() }));
    const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices.map((word) => ({ word, description: '' })));
    const here = { path, words: [...subcommands, ...choices], options };
    return [here, ...command.commands.flatMap((sub) => visit(sub, `${path}/${sub.name()}`, options))];
  };
  const help = { flag: '--help', description: 'what the command does', takesValue: false, choices: [] };
  return visit(program, '', [help]);
}
