import { Argument, type Command } from 'commander';
import { withExamples } from '../arguments.js';
import { bashCompletion } from '../completion/bash.js';
import { completionTree } from '../completion/completion-tree.js';
import { fishCompletion } from '../completion/fish.js';
import { zshCompletion } from '../completion/zsh.js';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

export function addCompletion(program: Command): void {
  const completion = program
    .command('completion')
    .description('a script that completes commands and options')
    .addArgument(new Argument('<shell>', 'for which shell').choices(Object.keys(SHELLS)));
  withExamples(
    completion,
    'source <(mailctl completion bash)',
    'mailctl completion zsh > "${fpath[1]}/_mailctl"',
    'mailctl completion fish > ~/.config/fish/completions/mailctl.fish',
  );
  completion.action((shell: keyof typeof SHELLS) => {
    process.stdout.write(SHELLS[shell](completionTree(program)));
  });
}
