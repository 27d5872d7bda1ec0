/** Shells that can be taught to complete. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/**
 * Each asks `media-nommer complete -- WORDS…`, the last word being the one at the cursor, and gets a
 * candidate a line, behind a tab what it is; or `:files`, where the shell knows better.
 */
export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# In ~/.bashrc: source <(media-nommer completion bash)
_media_nommer() {
  local answer
  mapfile -t answer < <(media-nommer complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  COMPREPLY=()
  if [[ \${answer[0]-} == :files ]]; then
    compopt -o default
  else
    COMPREPLY=("\${answer[@]%%$'\\t'*}")
  fi
}
complete -F _media_nommer media-nommer
`,
  zsh: `#compdef media-nommer
# In ~/.zshrc, after compinit: source <(media-nommer completion zsh)
_media_nommer() {
  local line
  local -a answer values
  answer=("\${(@f)$(media-nommer complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ $answer[1] == :files ]]; then
    _files
    return
  fi
  for line in $answer; do
    values+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe media-nommer values
}
if [[ $funcstack[1] == _media_nommer ]]; then _media_nommer "$@"; else compdef _media_nommer media-nommer; fi
`,
  fish: `# In ~/.config/fish/config.fish: media-nommer completion fish | source
function __media_nommer
  set -l words (commandline -opc) (commandline -ct)
  set -l answer (media-nommer complete -- $words[2..] 2>/dev/null)
  if test "$answer[1]" = :files
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $answer
  end
end
complete -c media-nommer -f -a '(__media_nommer)'
`,
};
