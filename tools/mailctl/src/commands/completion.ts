import { Argument, type Command } from 'commander';
import { withExamples } from '../arguments.js';
import { bashCompletion } from '../completion/bash.js';
import { completionTree } from '../completion/completion-tree.js';
import { zshCompletion } from '../completion/zsh.js';

export function addCompletion(program: Command): void {
  const completion = program
    .command('completion')
    .description('a script that completes commands and options')
    .addArgument(new Argument('<shell>', 'for which shell').choices(['bash', 'zsh']));
  withExamples(completion, 'source <(mailctl completion bash)', 'mailctl completion zsh > "${fpath[1]}/_mailctl"');
  completion.action((shell: string) => {
    const tree = completionTree(program);
    process.stdout.write(shell === 'bash' ? bashCompletion(tree) : zshCompletion(tree));
  });
}
