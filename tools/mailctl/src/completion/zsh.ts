import type { CompletedCommand, CompletedOption } from './completion-tree.js';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
/** As `_describe` takes it: a word, a colon, what it means. */
const described = (word: string, description: string): string => quoted(`${word}:${description}`);

const valued = (options: readonly CompletedOption[]): readonly CompletedOption[] => options.filter(({ takesValue }) => takesValue);

/** For zsh: a function of its completion system. */
export function zshCompletion(tree: readonly CompletedCommand[]): string {
  const paths = tree.filter(({ path }) => path !== '').map(({ path }) => path);
  const flags = [...new Set(tree.flatMap(({ options }) => valued(options).map(({ flag }) => flag)))].sort().join('|');
  const values = tree.flatMap(({ path, options }) =>
    valued(options).map(({ flag, choices }) => `        ${quoted(`${path} ${flag}`)}) compadd -- ${choices.join(' ')} ;;`),
  );
  const words = tree.map(
    ({ path, words: next, options }) =>
      `    ${quoted(path)})\n` +
      `      words_here=(${next.map(({ word, description }) => described(word, description)).join(' ')})\n` +
      `      options_here=(${options.map(({ flag, description }) => described(flag, description)).join(' ')}) ;;`,
  );
  return `#compdef mailctl
# Completion of mailctl for zsh: put it as _mailctl into a folder of $fpath, or: source <(mailctl completion zsh)
_mailctl() {
  local at='' i
  local -a words_here options_here
  for ((i = 2; i < CURRENT; i++)); do
    case "\${words[i]}" in
      ${flags}) ((i++)); continue ;;
    esac
    case "$at/\${words[i]}" in
      ${paths.join('|')}) at="$at/\${words[i]}" ;;
    esac
  done
  case "\${words[CURRENT-1]}" in
    ${flags})
      case "$at \${words[CURRENT-1]}" in
${values.join('\n')}
      esac
      return ;;
  esac
  case "$at" in
${words.join('\n')}
  esac
  if [[ "$PREFIX" == -* ]]; then _describe option options_here; else _describe command words_here; fi
}
if [[ "$funcstack[1]" == _mailctl ]]; then _mailctl "$@"; else compdef _mailctl mailctl; fi
`;
}
